import { defaultGenerator, orthogonal, parameter, type Parameter, uniform } from "@unfoldjs/nn";
import { concat, full, type Generator, inCall, type Shape, type Tensor } from "@unfoldjs/tensor-core";

/** The weights of one direction of a layer, or of a cell. */
export interface DirectionWeights {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | undefined;
  readonly biasHh: Parameter | undefined;
  readonly weightHr: Parameter | undefined;
}

/** The sizes that weights follow from. */
export interface WeightSizes {
  /** Of a hidden unit, whose rows stand one below the other. */
  readonly gates: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** What the hidden units are projected to; undefined without a projection. */
  readonly projSize?: number | undefined;
}

/** What first values follow from. */
export interface FirstValues {
  readonly bias: boolean;
  readonly recurrentInit: "uniform" | "orthogonal";
  /** What the second gate's biases add up to. */
  readonly forgetBias?: number | undefined;
  readonly generator?: Generator | undefined;
}

/** First weights: uniform in ±1 / √hidden, all of them, as PyTorch's; see `FirstValues` for what may be otherwise. */
export function firstWeights(op: string, sizes: WeightSizes, first: FirstValues): DirectionWeights {
  const { gates, inputSize, hiddenSize, projSize } = sizes;
  const { bias, recurrentInit, forgetBias, generator = defaultGenerator() } = first;
  const [rows, state] = [gates * hiddenSize, projSize ?? hiddenSize];
  const bound = 1 / Math.sqrt(hiddenSize);
  const draw = (...shape: number[]): Tensor => uniform<Shape>(shape, { low: -bound, high: bound, generator });
  const square = (): Tensor => orthogonal<Shape>([hiddenSize, state], { generator });
  const biasOf = (forget: number): Tensor => {
    const drawn = draw(rows);
    if (forgetBias === undefined) return drawn;
    return concat([drawn.slice(0, 0, hiddenSize), full([hiddenSize], forget), drawn.slice(0, 2 * hiddenSize)]);
  };
  const made: Parameter[] = [];
  const own = (values: () => Tensor): Parameter => {
    const weight = parameter(values);
    made.push(weight);
    return weight;
  };
  try {
    return inCall(op, () => ({
      weightIh: own(() => draw(rows, inputSize)),
      weightHh: own(() =>
        recurrentInit === "orthogonal" ? concat(Array.from({ length: gates }, square)) : draw(rows, state),
      ),
      biasIh: bias ? own(() => biasOf(forgetBias ?? 0)) : undefined,
      biasHh: bias ? own(() => biasOf(0)) : undefined,
      weightHr: projSize === undefined ? undefined : own(() => draw(projSize, hiddenSize)),
    }));
  } catch (error) {
    for (const weight of made) weight.dispose(); // nobody else could
    throw error;
  }
}
