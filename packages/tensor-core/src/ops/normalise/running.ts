import { assertNumber, assertRecord } from "../../arguments/checks.ts";
import { applyUpdate } from "../../dispatch/dispatch.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { defineUpdate, type UpdateOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { DTypeError, ShapeError, ValueError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertApart } from "../optimise/apart.ts";

interface RunningAttributes {
  /** NaN for the mean of all batches. */
  readonly momentum: number;
  readonly count: number;
}

type UpdateRunningOp = UpdateOp<
  "updateRunning",
  ["runningMean", "runningVariance", "mean", "variance", "batches?"],
  RunningAttributes
>;

const updateRunningOp: UpdateRunningOp = defineUpdate(
  "updateRunning",
  ["runningMean", "runningVariance", "mean", "variance", "batches?"],
  {
    writes: ["runningMean", "runningVariance", "batches"],
    check: ({ runningMean, runningVariance, mean, variance, batches }, { momentum, count }) => {
      assertAlike({ runningMean, runningVariance, mean, variance });
      assertBatches(batches, momentum);
      assertCount(count);
      assertApart("updateRunning", { runningMean, runningVariance, batches }, { mean, variance }, NOT_THE_SAME);
    },
    run: ({ runningMean, runningVariance, mean, variance, batches }, { momentum, count }) => {
      scope(() =>
        core().update_running(
          runningMean.size,
          momentum,
          count / (count - 1),
          mean.contiguous().address,
          variance.contiguous().address,
          runningMean.address,
          runningVariance.address,
          batches?.address ?? 0,
        ),
      );
    },
  },
);

const NOT_THE_SAME = { sameElements: false };

/** Statistics that run, and how many batches they have seen. */
export interface RunningStatistics {
  /** (channels) */
  readonly mean: Tensor<Shape>;
  /** (channels) */
  readonly variance: Tensor<Shape>;
  /** One i32, which goes up by one. */
  readonly batches?: Tensor<Shape, "i32"> | undefined;
}

/**
 * Moves running statistics towards those of a batch, in place: running ← (1 − momentum) · running + momentum · batch, with the
 * variance made unbiased first (times count / (count − 1)), as PyTorch's batch norm does.
 *
 * @param batch mean and biased variance (channels), as `batchNorm` gives them
 * @param options momentum: the share of this batch, or null for the plain mean of all batches so far, which takes `batches`;
 * count: elements of a channel in this batch
 * @throws ShapeError if shapes differ or what is written shares memory; DTypeError unless all are f32 and `batches` i32;
 * ValueError on a momentum that is no finite number, or null without `batches`, or a count below 2
 */
export function updateRunning(
  running: RunningStatistics,
  batch: { readonly mean: Tensor<Shape>; readonly variance: Tensor<Shape> },
  options: { readonly momentum: number | null; readonly count: number },
): void {
  assertRecord("updateRunning", "running", running);
  assertRecord("updateRunning", "batch", batch);
  assertRecord("updateRunning", "options", options);
  const { momentum, count } = options;
  if (momentum !== null) assertMomentum(momentum);
  assertNumber("updateRunning", "count", count);
  applyUpdate(
    updateRunningOp,
    {
      runningMean: running.mean,
      runningVariance: running.variance,
      mean: batch.mean,
      variance: batch.variance,
      batches: running.batches,
    },
    { momentum: momentum ?? NaN, count },
  );
}

function assertMomentum(momentum: number): void {
  assertNumber("updateRunning", "momentum", momentum);
  if (!Number.isFinite(momentum)) {
    throw new ValueError(
      "updateRunning",
      { momentum },
      "the momentum must be a finite number, or null for the mean of all",
    );
  }
}

function assertAlike(statistics: Readonly<Record<string, AnyTensor>> & { readonly runningMean: AnyTensor }): void {
  assertFloat("updateRunning", statistics);
  const { runningMean } = statistics;
  if (runningMean.rank !== 1) {
    throw new ShapeError(
      "updateRunning",
      { runningMean: runningMean.shape },
      "running statistics have one axis, the channels",
    );
  }
  for (const [name, tensor] of Object.entries(statistics)) {
    if (tensor.rank === 1 && tensor.size === runningMean.size) {
      if (tensor.isContiguous || !name.startsWith("running")) continue;
      throw new ShapeError("updateRunning", { [name]: tensor.shape }, `${name} is written, and must be contiguous`);
    }
    throw new ShapeError(
      "updateRunning",
      { runningMean: runningMean.shape, [name]: tensor.shape },
      `the ${name} must have one axis of ${runningMean.size}, the channels`,
    );
  }
}

function assertCount(count: number): void {
  if (Number.isInteger(count) && count >= 2) return;
  throw new ValueError(
    "updateRunning",
    { count },
    "the count of a channel's elements must be a whole number from 2 up: one element has no unbiased variance",
  );
}

function assertBatches(batches: AnyTensor | undefined, momentum: number): void {
  if (batches === undefined) {
    if (!Number.isNaN(momentum)) return;
    throw new ValueError(
      "updateRunning",
      { batches: "undefined" },
      "the mean of all batches takes their number, batches",
    );
  }
  if (batches.dtype !== "i32") {
    throw new DTypeError(
      "updateRunning",
      { batches: `[${batches.shape.join(", ")}] ${batches.dtype}` },
      "batches must be i32",
    );
  }
  if (batches.size !== 1) {
    throw new ShapeError("updateRunning", { batches: batches.shape }, "batches must be one number");
  }
}

export const runningOps: { updateRunning: UpdateRunningOp } = { updateRunning: updateRunningOp };
