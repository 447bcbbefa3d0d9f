import { type Argument, defaultGenerator, givenOptions, Module, parameter, type Parameter } from "@unfoldjs/nn";
import {
  assertTensor,
  concat,
  inCall,
  type LstmWeights,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  zeros,
} from "@unfoldjs/tensor-core";
import type { RecurrentInputs, RecurrentOptions } from "./options.ts";
import { orDispose } from "./or-dispose.ts";
import { type FirstValues, firstWeights, type WeightSizes } from "./weights.ts";

/** States as a layer keeps them: (layers · directions, batch, …). */
export interface States {
  readonly h0?: Tensor | undefined;
  readonly c0?: Tensor | undefined;
}

/** What the kernel of one direction is told beside x and weights. */
export interface PassOptions extends States {
  readonly lengths?: Tensor<Shape, "i32"> | undefined;
  readonly reverse: boolean;
}

/** What it gives. */
export interface Passed {
  readonly output: Tensor;
  readonly hLast: Tensor;
  readonly cLast?: Tensor | undefined;
}

/** The names of the fields that hold the weights of one direction of a layer. */
type Fields = { readonly [Name in keyof LstmWeights]-?: string };

/** Everything that is fixed when a layer is made, beside its weights. */
export interface Made extends WeightSizes, FirstValues {
  readonly options: RecurrentOptions;
  /** Whether there are cells beside the state. */
  readonly hasCells: boolean;
}

/**
 * What RNN, GRU and LSTM have in common: layers one above the other, directions, states and where the axes are. The weights are
 * fields by PyTorch's names: `weightIhL0`, `weightHhL0`, `biasIhL0`, `biasHhL0`, `weightHrL0`, `weightIhL0Reverse`, …, `weightIhL1`, …
 */
export abstract class RecurrentLayer extends Module {
  readonly numLayers: number;
  readonly bidirectional: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  declare readonly weightIhL0: Parameter;
  declare readonly weightHhL0: Parameter;
  declare readonly biasIhL0: Parameter | undefined;
  declare readonly biasHhL0: Parameter | undefined;
  /** The learned state before the first step, (layers · directions, 1, features of the state), if it is learned. */
  declare readonly h0: Parameter | undefined;
  declare readonly c0: Parameter | undefined;
  private readonly options: RecurrentOptions;
  /** Features: of x, of a hidden unit's cells, of the state. */
  readonly #sizes: { readonly input: number; readonly cells: number; readonly state: number };
  readonly #fields: readonly Fields[];

  constructor(layer: string, made: Made) {
    super();
    const { options, inputSize, hiddenSize, hasCells, projSize } = made;
    const { numLayers = 1, bidirectional = false, batchFirst = false, dropout = 0, learnInitialState } = options;
    const directions = bidirectional ? 2 : 1;
    this.numLayers = numLayers;
    this.bidirectional = bidirectional;
    this.batchFirst = batchFirst;
    this.dropout = dropout;
    this.options = options;
    this.#sizes = { input: inputSize, cells: hiddenSize, state: projSize ?? hiddenSize };
    this.#fields = Array.from({ length: numLayers * directions }, (_, at) =>
      fieldsOf(Math.floor(at / directions), at % directions === 1),
    );
    orDispose(this, () => {
      for (const [at, fields] of this.#fields.entries()) {
        const below = at < directions ? inputSize : directions * this.#sizes.state;
        const weights = firstWeights(layer, { ...made, inputSize: below }, made);
        // A weight that there is not is a field too: undefined, as the bias of Linear.
        for (const [name, field] of Object.entries(fields)) Reflect.set(this, field, Reflect.get(weights, name));
      }
    });
    const learned = (size: number): Parameter =>
      inCall(layer, () => parameter<Shape>(() => zeros([numLayers * directions, 1, size])));
    // Declared and set at last, so that a state dict has the weights first.
    Reflect.set(this, "h0", learnInitialState === true ? learned(this.#sizes.state) : undefined);
    Reflect.set(this, "c0", learnInitialState === true && hasCells ? learned(hiddenSize) : undefined);
  }

  /** Runs one direction of a layer over x (time, batch, features). */
  protected abstract pass(x: Tensor, weights: LstmWeights, options: PassOptions): Passed;

  /** Runs one step of a layer on x (batch, features). */
  protected abstract advance(x: Tensor, weights: LstmWeights, states: States): Passed;

  /** The live weights of one direction of a layer. */
  #weights(at: number): LstmWeights {
    const { weightIh, weightHh, biasIh, biasHh, weightHr } = this.#fields[at] as Fields;
    const field = (name: string): Parameter => Reflect.get(this, name) as Parameter;
    return {
      weightIh: field(weightIh),
      weightHh: field(weightHh),
      biasIh: field(biasIh),
      biasHh: field(biasHh),
      weightHr: field(weightHr),
    };
  }

  /** The whole forward, in the order of axes and with the axes that x has. */
  protected sequence(layer: string, x: Tensor, { lengths, ...given }: RecurrentInputs & States): Passed {
    this.#assertInput(layer, x, this.batchFirst ? ["batch", "time"] : ["time", "batch"]);
    const isBatch = x.rank === 3;
    if (lengths !== undefined && !isBatch) {
      const came = { x: x.shape, lengths: lengths.shape };
      throw new ShapeError(layer, came, "lengths are those of a batch, and x is one sequence", "x.unsqueeze(…)");
    }
    const batchAxis = this.batchFirst ? 0 : 1;
    const batched = isBatch ? x : x.unsqueeze(batchAxis);
    const batch = batched.shape[batchAxis] ?? 0;
    const states = this.#statesOf(layer, given, ["h0", "c0"], isBatch, batch);
    const upright = this.batchFirst ? batched.permute(1, 0, 2) : batched;
    const top = this.#stacked(upright, states, (below, at, from) =>
      this.pass(below, this.#weights(at), { ...from, lengths, reverse: this.bidirectional && at % 2 === 1 }),
    );
    const output = this.batchFirst ? top.output.permute(1, 0, 2) : top.output;
    return isBatch ? { ...top, output } : this.#single({ ...top, output: output.squeeze(batchAxis) });
  }

  /** One step of all layers. */
  protected oneStep(layer: string, x: Tensor, given: States): Passed {
    return scope(() => {
      this.#assertInput(layer, x, ["batch"]);
      if (this.bidirectional) {
        throw new ValueError(
          layer,
          { bidirectional: true },
          "a stream has no end to begin from: only layers of one direction go on step by step",
          "run forward over the whole sequence, or make the layer with bidirectional: false",
        );
      }
      const isBatch = x.rank === 2;
      const batched = isBatch ? x : x.unsqueeze(0);
      const states = this.#statesOf(layer, given, ["state.h", "state.c"], isBatch, batched.shape[0] ?? 0);
      const top = this.#stacked(batched, states, (below, at, from) => this.advance(below, this.#weights(at), from));
      return isBatch ? top : this.#single({ ...top, output: top.output.squeeze(0) });
    });
  }

  /** Runs `one` for each direction of each layer, and joins what they give. */
  #stacked(x: Tensor, { h0, c0 }: States, one: (below: Tensor, at: number, from: States) => Passed): Passed {
    const passed: Passed[] = [];
    let below = x;
    for (let layer = 0; layer < this.numLayers; layer++) {
      const isLast = layer === this.numLayers - 1;
      const ways = (this.bidirectional ? [2 * layer, 2 * layer + 1] : [layer]).map((at) =>
        one(below, at, { h0: this.#part(h0, at), c0: this.#part(c0, at) }),
      );
      passed.push(...ways);
      const [first, second] = ways.map(({ output }) => output) as [Tensor, Tensor?];
      const output = second === undefined ? first : concat([first, second], -1);
      below = isLast ? output : this.#dropped(output);
    }
    const cells = passed.flatMap(({ cLast }) => (cLast === undefined ? [] : [cLast]));
    return {
      output: below,
      hLast: joined(passed.map(({ hLast }) => hLast)),
      cLast: cells.length === 0 ? undefined : joined(cells),
    };
  }

  #part(states: Tensor | undefined, at: number): Tensor | undefined {
    if (states === undefined) return undefined;
    return (this.#fields.length === 1 ? states : states.slice(0, at, at + 1)).squeeze(0);
  }

  #dropped(x: Tensor): Tensor {
    if (!this.training || this.dropout === 0) return x;
    return x.mul((this.options.generator ?? defaultGenerator()).dropoutMask(x.shape, this.dropout));
  }

  /** Those given, by what the caller calls them, or those learned; with a batch axis. */
  #statesOf(layer: string, { h0, c0 }: States, [h, c]: [string, string], isBatch: boolean, batch: number): States {
    const { state, cells } = this.#sizes;
    return {
      h0: this.#whole(layer, h, h0, this.h0, isBatch, batch, state),
      c0: this.#whole(layer, c, c0, this.c0, isBatch, batch, cells),
    };
  }

  #whole(
    layer: string,
    name: string,
    given: Tensor | undefined,
    learned: Parameter | undefined,
    isBatch: boolean,
    batch: number,
    size: number,
  ): Tensor | undefined {
    const count = this.#fields.length;
    if (given === undefined) return learned?.expand([count, batch, size]);
    assertTensor(layer, name, given);
    const wanted = isBatch ? [count, batch, size] : [count, size];
    if (given.rank !== wanted.length || !wanted.every((each, axis) => given.shape[axis] === each)) {
      throw new ShapeError(
        layer,
        { [name]: given.shape },
        `${name} must be [${wanted.join(", ")}]: (layers · directions, ${isBatch ? "batch, " : ""}features)`,
      );
    }
    return isBatch ? given : given.unsqueeze(1);
  }

  #single({ output, hLast, cLast }: Passed): Passed {
    return { output, hLast: hLast.squeeze(1), cLast: cLast?.squeeze(1) };
  }

  /** @param lead names of the axes before the features; a single sequence lacks that of the batch */
  #assertInput(layer: string, x: Tensor, lead: readonly string[]): void {
    assertTensor(layer, "x", x);
    const { input } = this.#sizes;
    const isSingle = x.rank === lead.length;
    if ((isSingle || x.rank === lead.length + 1) && x.shape.at(-1) === input) return;
    const [batched, single] = [lead, lead.filter((name) => name !== "batch")].map(
      (names) => `(${[...names, input].join(", ")})`,
    );
    throw new ShapeError(layer, { x: x.shape }, `x must be ${batched}, or ${single} without a batch`);
  }

  /** What first values alone depend on is no part of it. */
  protected configOf(sizes: readonly number[]): readonly Argument[] {
    const { recurrentInit: _, ...options }: RecurrentOptions & { readonly forgetBias?: number } = this.options;
    const { forgetBias: __, ...kept } = options;
    return [...sizes, ...givenOptions(kept)];
  }
}

function fieldsOf(layer: number, isReverse: boolean): Fields {
  const end = `L${layer}${isReverse ? "Reverse" : ""}`;
  return {
    weightIh: `weightIh${end}`,
    weightHh: `weightHh${end}`,
    biasIh: `biasIh${end}`,
    biasHh: `biasHh${end}`,
    weightHr: `weightHr${end}`,
  };
}

/** One behind the other along a new first axis. */
function joined(states: readonly Tensor[]): Tensor {
  const [first] = states as [Tensor];
  return states.length === 1 ? first.unsqueeze(0) : concat(states, 0).reshape([states.length, ...first.shape]);
}
