import { grad } from "@unfoldjs/autograd";
import { defaultGenerator } from "@unfoldjs/nn";
import {
  assertFunction,
  assertGenerator,
  assertWhole,
  checkOptions,
  type Generator,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";

export interface GradientByDistanceOptions {
  /** Random directions that are tried: the result is off by about 1 / √(2 · probes · batch). Default 16. */
  readonly probes?: number;
  /** Of the directions; nn's default one unless given. */
  readonly generator?: Generator;
}

/**
 * How much the last result still depends on what stood there so many steps before: the length ‖∂y/∂x⟨T−d⟩‖ (Frobenius norm) by
 * the distance d, measured. It falls to nothing where gradients vanish and grows without end where they explode (Pascanu et al.
 * 2013).
 *
 * Found by random directions: the mean of ‖vᵀ ∂y/∂x⟨t⟩‖² over normal v is ‖∂y/∂x⟨t⟩‖² (Hutchinson 1990).
 *
 * @param last (batch, time, features) to (batch, …): what a model makes of a sequence at its end
 * @param x (batch, time, features)
 * @returns (time): at 0 that of the last step, at d that of d steps before
 * @throws ShapeError unless x has these axes and the result one of the batch
 * @example gradientByDistance((x) => lstm.forward(x).hLast.at(0), x) // of an LSTM with batchFirst
 */
export function gradientByDistance(
  last: (x: Tensor) => Tensor,
  x: Tensor,
  options: GradientByDistanceOptions = {},
): Float64Array {
  const op = "gradientByDistance";
  assertFunction(op, "last", last);
  assertAxes(op, "x", x, { batch: undefined, time: undefined, features: undefined });
  checkOptions<GradientByDistanceOptions>(op, options, {
    probes: (name, option, value) => assertWhole(name, option, value, 1),
    generator: assertGenerator,
  });
  const { probes = 16, generator = defaultGenerator() } = options;
  const [batch = 0, time = 0] = x.shape;
  const squares = new Float64Array(time);
  for (let probe = 0; probe < probes; probe++) {
    scope(() => {
      const gradient = grad((leaf: Tensor) => {
        const y = last(leaf);
        assertBatch(op, y, batch);
        return y.mul<Shape, Shape>(generator.normal<Shape>(y.shape)).sum();
      })(x);
      const lengths = gradient.square().sum([0, 2]).data();
      for (let t = 0; t < time; t++) squares[time - 1 - t] = (squares[time - 1 - t] as number) + (lengths[t] as number);
    });
  }
  return squares.map((sum) => Math.sqrt(sum / (probes * batch)));
}

function assertBatch(op: string, y: unknown, batch: number): void {
  const shape = (y as Tensor | undefined)?.shape;
  if (shape !== undefined && shape[0] === batch) return;
  throw new ShapeError(op, { result: shape ?? [], batch: [batch] }, "last must give (batch, …) for x");
}
