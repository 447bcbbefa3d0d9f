import { applyUpdate } from "../../dispatch/dispatch.ts";
import { defineUpdate, type UpdateOp } from "../../dispatch/op.ts";
import { core } from "../../runtime/heap.ts";
import { sizeOf } from "../../shape/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import type { TableRows } from "../gather/coalesce-rows.ts";
import { assertAscending } from "../gather/indices.ts";
import type { AdamSettings } from "./adam.ts";
import { assertMoments, factorOf, stepOf } from "./changing.ts";
import { assertTableRows } from "./table-rows.ts";
import { assertRecord } from "../../arguments/checks.ts";
import { settingsOf } from "./settings.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";

/** Settings of a step on rows: weight decay would change every row. */
export type AdamRowsSettings = Omit<AdamSettings, "weightDecay" | "isDecoupled">;

type AdamRowsOp = UpdateOp<
  "adamRowsUpdate",
  ["parameter", "indices", "gradient", "mean", "square"],
  AdamRowsSettings,
  "learningRate" | "step" | "scale"
>;

const adamRowsOp: AdamRowsOp = defineUpdate("adamRowsUpdate", ["parameter", "indices", "gradient", "mean", "square"], {
  writes: ["parameter", "mean", "square"],
  variables: {
    learningRate: ({ learningRate }) => factorOf("adamRowsUpdate", "learningRate", learningRate),
    step: ({ step }) => stepOf("adamRowsUpdate", step),
    scale: ({ scale }) => factorOf("adamRowsUpdate", "scale", scale),
  },
  check: ({ parameter, indices, gradient, mean, square }, { beta1, beta2, epsilon }) => {
    assertMoments("adamRowsUpdate", beta1, beta2, epsilon);
    assertTableRows("adamRowsUpdate", parameter, indices, gradient, { mean, square });
    assertAscending("adamRowsUpdate", indices, parameter.shape[0] ?? 0);
  },
  run: ({ parameter, indices, gradient, mean, square }, { beta1, beta2, epsilon }, { learningRate, step, scale }) => {
    onContiguous(indices, (places) =>
      onContiguous(gradient, (g) =>
        core().adam_rows(
          places.size,
          sizeOf(parameter.shape.slice(1)),
          places.address,
          parameter.address,
          g.address,
          mean.address,
          square.address,
          learningRate,
          beta1,
          beta2,
          epsilon,
          step,
          scale,
        ),
      ),
    );
  },
});

const assertSettings = settingsOf("adamRowsUpdate", {
  numbers: ["beta1", "beta2", "epsilon"],
  truths: [],
  changing: ["learningRate", "step", "scale"],
});

/**
 * One step of Adam on some rows of a table, as PyTorch's SparseAdam: moments of the other rows are held as they are, and
 * the step that corrects their bias is one for the whole table.
 * @param rows ascending, each once: see `coalesceRows`
 * @param mean running mean of gradients @param square running mean of their squares; both in the table's shape
 * @throws IndexError unless indices ascend within the table, ShapeError, DTypeError, ValueError as `adamUpdate`
 */
export function adamRowsUpdate(
  parameter: Tensor<Shape>,
  rows: TableRows,
  mean: Tensor<Shape>,
  square: Tensor<Shape>,
  settings: AdamRowsSettings,
): void {
  assertSettings(settings);
  assertRecord("adamRowsUpdate", "rows", rows, "{ indices, values }");
  assertTensor("adamRowsUpdate", "rows.indices", rows.indices);
  assertTensor("adamRowsUpdate", "rows.values", rows.values);
  applyUpdate(adamRowsOp, { parameter, indices: rows.indices, gradient: rows.values, mean, square }, settings);
}

export const adamRowsOps: { adamRowsUpdate: AdamRowsOp } = { adamRowsUpdate: adamRowsOp };
