import { DTypeError, scope, ShapeError, updateRunning, ValueError, type runningOps } from "@unfoldjs/tensor-core";
import { integers, positive, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { build, type Exact, read } from "../../reference/exact.ts";

const none = { none: "it writes and gives nothing" } as const;

interface Step {
  readonly momentum: number;
  readonly count: number;
}

/** torch.nn.BatchNorm's documented update: running ← (1 − rate) · running + rate · batch. */
function moved(running: Exact, batch: Exact, rate: number, factor = 1): Exact {
  return build(running.shape, (index) => (1 - rate) * read(running, index) + rate * factor * read(batch, index));
}

export const runningCases: CasesOf<typeof runningOps> = {
  updateRunning: [
    opCase({
      draws: [real, positive, real, positive],
      contiguousOnly: ["runningMean", "runningVariance"],
      // It writes in place: it works on copies of the inputs, in row-major order as it demands.
      call: ([runningMean, runningVariance, mean, variance], { momentum, count }: Step) =>
        scope(() => {
          const own = { mean: runningMean.clone(), variance: runningVariance.clone() };
          updateRunning(own, { mean, variance }, { momentum, count });
          return { runningMean: own.mean, runningVariance: own.variance };
        }),
      reference: ([runningMean, runningVariance, mean, variance], { momentum, count }: Step) => ({
        runningMean: moved(runningMean, mean, momentum),
        runningVariance: moved(runningVariance, variance, momentum, count / (count - 1)),
      }),
      gradient: none,
      rows: [
        { inputs: [[3], [3], [3], [3]], attributes: { momentum: 0.1, count: 6 } },
        { inputs: [[1], [1], [1], [1]], attributes: { momentum: 1, count: 2 } },
        { inputs: [[2], [2], [2], [2]], attributes: { momentum: 0, count: 9 } },
      ],
      empty: [{ inputs: [[0], [0], [0], [0]], attributes: { momentum: 0.1, count: 6 } }],
      errors: [
        {
          inputs: [[3], [3], [4], [3]],
          attributes: { momentum: 0.1, count: 6 },
          throws: ShapeError,
          message: /mean must have one axis of 3/,
        },
        {
          inputs: [[3], [4], [3], [3]],
          attributes: { momentum: 0.1, count: 6 },
          throws: ShapeError,
          message: /runningVariance must have one axis of 3/,
        },
        {
          inputs: [[], [], [], []],
          attributes: { momentum: 0.1, count: 6 },
          throws: ShapeError,
          message: /one axis, the channels/,
        },
        {
          inputs: [[3], [3], [3], [3]],
          attributes: { momentum: NaN, count: 6 },
          throws: ValueError,
          message: /finite number, or null/,
        },
        {
          inputs: [[3], [3], [3], [3]],
          attributes: { momentum: 0.1, count: 1 },
          throws: ValueError,
          message: /from 2 up/,
        },
        {
          inputs: [[3], [3], { shape: [3], draw: integers(0, 3) }, [3]],
          attributes: { momentum: 0.1, count: 6 },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
      speed: [{ inputs: [[512], [512], [512], [512]], attributes: { momentum: 0.1, count: 6 } }],
    }),
    opCase({
      variant: "all batches",
      draws: [real, positive, real, positive, integers(0, 5)],
      contiguousOnly: ["runningMean", "runningVariance"],
      call: ([runningMean, runningVariance, mean, variance, batches], { count }: { count: number }) =>
        scope(() => {
          const own = {
            mean: runningMean.clone(),
            variance: runningVariance.clone(),
            batches: batches.clone(),
          };
          updateRunning(own, { mean, variance }, { momentum: null, count });
          return { runningMean: own.mean, runningVariance: own.variance, batches: own.batches };
        }),
      reference: ([runningMean, runningVariance, mean, variance, batches], { count }: { count: number }) => {
        const seen = build(batches.shape, (index) => read(batches, index) + 1);
        const rate = 1 / read(seen, []);
        return {
          runningMean: moved(runningMean, mean, rate),
          runningVariance: moved(runningVariance, variance, rate, count / (count - 1)),
          batches: seen,
        };
      },
      gradient: none,
      rows: [{ inputs: [[3], [3], [3], [3], []], attributes: { count: 6 } }],
      empty: [{ inputs: [[0], [0], [0], [0], []], attributes: { count: 6 } }],
      errors: [
        {
          inputs: [[3], [3], [3], [3], [2]],
          attributes: { count: 6 },
          throws: ShapeError,
          message: /batches must be one number/,
        },
        {
          inputs: [[3], [3], [3], [3], { shape: [], draw: real }],
          attributes: { count: 6 },
          throws: DTypeError,
          message: /batches must be i32/,
        },
      ],
    }),
  ],
};
