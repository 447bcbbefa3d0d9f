import { type Argument, defaultGenerator, givenOptions, layerDefault, Linear, type Parameter } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertWhole,
  checkOptions,
  conv1d,
  type Generator,
  inCall,
  type OptionChecks,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { assertSizes, assertWeights } from "../arguments/sizes.ts";
import { HistoryAttention } from "./history-attention.ts";

/** Options of attention that is aware of locations. */
export interface LocationAttentionOptions {
  /** Filters over the weights of the step before. Default 10. */
  readonly filters?: number;
  /** Keys that a filter sees, an odd number. Default 31. */
  readonly kernelSize?: number;
  /** Of the first values. */
  readonly generator?: Generator;
}

/**
 * Location-aware attention (Chorowski et al. 2015, eq. 8 and 9), for what is read in order, such as speech:
 * score = vᵀ tanh(W q + U k + L f + b), f = filters over the weights of the step before, which are its history.
 *
 * `queryProj` W and b, `keyProj` U, `locationProj` L, `locationFilter` (filters, 1, kernelSize) and `weight` v start uniform in
 * ±1 / √inputs.
 */
export class LocationAttention extends HistoryAttention {
  static override readonly name: string = "LocationAttention";
  readonly locationFilter: Parameter;
  readonly locationProj: Linear;
  private readonly options: LocationAttentionOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up, and the kernel's odd */
  constructor(querySize: number, keySize: number, hiddenSize: number, options: LocationAttentionOptions = {}) {
    checkOptions("LocationAttention", options, OPTIONS);
    const { filters = 10, kernelSize = 31, generator = defaultGenerator() } = options;
    assertSizes("LocationAttention", { querySize, keySize, hiddenSize });
    assertWeights("LocationAttention", [filters, kernelSize], [hiddenSize, filters]);
    super(querySize, keySize, hiddenSize, { generator });
    this.options = options;
    const drawn = inCall("LocationAttention", () => layerDefault([filters, 1, kernelSize], false, generator));
    this.locationFilter = drawn.weight;
    this.locationProj = inCall("LocationAttention", () => new Linear(filters, hiddenSize, { bias: false, generator }));
  }

  protected override trace(history: Tensor): Tensor {
    const found = conv1d(history.unsqueeze(1), this.locationFilter, undefined, { padding: "same" });
    return this.locationProj.forward(found.transpose(1, 2)); // (batch, keys, filters) → (batch, keys, hidden)
  }

  protected override continued(_: Tensor | undefined, weights: Tensor): Tensor {
    return weights;
  }

  override config(): readonly Argument[] {
    return [this.querySize, this.keySize, this.weight.size, ...givenOptions(this.options)];
  }
}

const OPTIONS: OptionChecks<LocationAttentionOptions> = {
  filters: (op, name, value) => assertWhole(op, name, value, 1),
  kernelSize: (op, name, value) => {
    assertWhole(op, name, value, 1);
    if (value % 2 === 0)
      throw new ValueError(op, { [name]: value }, `${name} must be odd: as many keys before as after`);
  },
  generator: assertGenerator,
};
