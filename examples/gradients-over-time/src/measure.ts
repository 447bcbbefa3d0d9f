import { backward, clipGradNorm } from "@unfoldjs/nn";
import { gradientByDistance, GRU, LSTM, RNN } from "@unfoldjs/sequence-layers";
import { Generator, scope, type Tensor } from "@unfoldjs/tensor-core";

const [INPUTS, HIDDEN, BATCH] = [8, 32, 8];
/** What a gradient's length is held to. */
export const MOST = 1;

type Recurrent = RNN | GRU | LSTM;

/** The layers that are measured, by what a chart says of them. */
export function layersOf(seed: number): Readonly<Record<string, Recurrent>> {
  const options = { batchFirst: true, generator: new Generator(seed) } as const;
  const large = new RNN(INPUTS, HIDDEN, { ...options, nonlinearity: "relu", recurrentInit: "orthogonal" });
  large.weightHhL0.assign(large.weightHhL0.mul(1.6)); // relu halves, on average, what an orthogonal matrix keeps
  return {
    RNN: new RNN(INPUTS, HIDDEN, options),
    "RNN, large weights": large,
    GRU: new GRU(INPUTS, HIDDEN, options),
    LSTM: new LSTM(INPUTS, HIDDEN, options),
    "LSTM, forgetBias 4": new LSTM(INPUTS, HIDDEN, { ...options, forgetBias: 4 }),
  };
}

/** How much h after the last of `steps` steps depends on the inputs so many steps before. */
export function byDistance(layer: Recurrent, steps: number, seed: number): number[] {
  const generator = new Generator(seed);
  return scope(() => {
    const x = generator.normal([BATCH, steps, INPUTS]);
    return [...gradientByDistance((leaf: Tensor) => layer.forward(leaf).hLast.at(0), x, { generator })];
  });
}

/** The length of a loss's gradient by all weights, for sequences of so many steps. */
export interface WeightGradient {
  readonly steps: number;
  readonly length: number;
  /** After `clipGradNorm`. */
  readonly clipped: number;
}

/** The loss is the mean of what h after the last step is squared. */
export function weightGradients(layer: Recurrent, lengths: readonly number[], seed: number): WeightGradient[] {
  const generator = new Generator(seed);
  return lengths.map((steps) =>
    scope(() => {
      const x = generator.normal([BATCH, steps, INPUTS]);
      for (const parameter of layer.parameters()) parameter.dropGrad();
      backward(layer, () => layer.forward(x).hLast.square().mean());
      const length = clipGradNorm(layer.parameters(), MOST);
      return { steps, length, clipped: clipGradNorm(layer.parameters(), Infinity) };
    }),
  );
}
