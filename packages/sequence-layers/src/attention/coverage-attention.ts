import { type Argument, givenOptions, type Parameter } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertTensor,
  checkOptions,
  type Generator,
  inCall,
  minimum,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { energyWeight } from "./energy.ts";
import { HistoryAttention } from "./history-attention.ts";

/**
 * Attention with coverage (See, Liu & Manning 2017, eq. 11): score = vᵀ tanh(W q + U k + w c + b), with c the sum of the weights
 * of all steps before, which is its history: so a decoder can avoid what it has said. `coverageLoss` teaches it to.
 *
 * `queryProj` W and b, `keyProj` U, `coverageWeight` w (hiddenSize) and `weight` v (hiddenSize) start uniform in ±1 / √inputs,
 * w in ±1 / √hiddenSize.
 */
export class CoverageAttention extends HistoryAttention {
  static override readonly name: string = "CoverageAttention";
  readonly coverageWeight: Parameter;
  private readonly options: { readonly generator?: Generator };

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(
    querySize: number,
    keySize: number,
    hiddenSize: number,
    options: { readonly generator?: Generator } = {},
  ) {
    checkOptions("CoverageAttention", options, { generator: assertGenerator });
    super(querySize, keySize, hiddenSize, options);
    this.options = options;
    this.coverageWeight = energyWeight("CoverageAttention", hiddenSize, options.generator);
  }

  protected override trace(history: Tensor): Tensor {
    return history.unsqueeze(2).mul<Shape, Shape>(this.coverageWeight);
  }

  protected override continued(history: Tensor | undefined, weights: Tensor): Tensor {
    return history === undefined ? weights : history.add(weights);
  }

  override config(): readonly Argument[] {
    return [this.querySize, this.keySize, this.weight.size, ...givenOptions(this.options)];
  }
}

/**
 * How much a step attends to where it has been: Σ min(weights, coverage) over the keys (See, Liu & Manning 2017, eq. 12).
 * @param weights (…, keys), of this step @param coverage the same shape: the history that the step got, zeros in the first one
 * @returns (…)
 * @throws ShapeError if shapes differ
 */
export function coverageLoss(weights: Tensor, coverage: Tensor): Tensor {
  assertTensor("coverageLoss", "weights", weights);
  assertTensor("coverageLoss", "coverage", coverage);
  const [{ shape }, { shape: other }] = [weights, coverage];
  if (shape.length === 0 || shape.length !== other.length || shape.some((size, axis) => size !== other[axis])) {
    throw new ShapeError(
      "coverageLoss",
      { weights: shape, coverage: other },
      "weights and coverage must be (…, keys) alike",
    );
  }
  return inCall("coverageLoss", () => scope(() => minimum(weights, coverage).sum(-1)));
}
