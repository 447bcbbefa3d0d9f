import { applyUpdate } from "../../dispatch/dispatch.ts";
import { defineUpdate, type UpdateOp } from "../../dispatch/op.ts";
import { core } from "../../runtime/heap.ts";
import { sizeOf } from "../../shape/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import type { TableRows } from "../gather/coalesce-rows.ts";
import { assertAscending } from "../gather/indices.ts";
import { assertFinite, factorOf, valueOf } from "./changing.ts";
import { assertVelocity, type SgdSettings } from "./sgd.ts";
import { assertTableRows } from "./table-rows.ts";
import { assertRecord } from "../../arguments/checks.ts";
import { settingsOf } from "./settings.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";

/** Settings of a step on rows: weight decay would change every row. */
export type SgdRowsSettings = Omit<SgdSettings, "weightDecay">;

type SgdRowsOp = UpdateOp<
  "sgdRowsUpdate",
  ["parameter", "indices", "gradient", "velocity?"],
  SgdRowsSettings,
  "learningRate" | "isFirst" | "scale"
>;

const sgdRowsOp: SgdRowsOp = defineUpdate("sgdRowsUpdate", ["parameter", "indices", "gradient", "velocity?"], {
  writes: ["parameter", "velocity"],
  variables: {
    learningRate: ({ learningRate }) => factorOf("sgdRowsUpdate", "learningRate", learningRate),
    isFirst: ({ isFirst }) => Number(valueOf(isFirst)),
    scale: ({ scale }) => factorOf("sgdRowsUpdate", "scale", scale),
  },
  check: ({ parameter, indices, gradient, velocity }, { momentum, dampening }) => {
    assertFinite("sgdRowsUpdate", "momentum", momentum);
    assertFinite("sgdRowsUpdate", "dampening", dampening);
    assertVelocity("sgdRowsUpdate", momentum, velocity);
    assertTableRows("sgdRowsUpdate", parameter, indices, gradient, { velocity });
    assertAscending("sgdRowsUpdate", indices, parameter.shape[0] ?? 0);
  },
  run: (
    { parameter, indices, gradient, velocity },
    { momentum, dampening, nesterov },
    { learningRate, isFirst, scale },
  ) => {
    onContiguous(indices, (places) =>
      onContiguous(gradient, (g) =>
        core().sgd_rows(
          places.size,
          sizeOf(parameter.shape.slice(1)),
          places.address,
          parameter.address,
          g.address,
          velocity?.address ?? 0,
          learningRate,
          momentum,
          dampening,
          nesterov ? 1 : 0,
          isFirst,
          scale,
        ),
      ),
    );
  },
});

const assertSettings = settingsOf("sgdRowsUpdate", {
  numbers: ["momentum", "dampening"],
  truths: ["nesterov"],
  changing: ["learningRate", "isFirst", "scale"],
});

/**
 * As `sgdUpdate`, of some rows of a table: the others and their velocity stay as they are, and cost nothing. A row that is
 * not named keeps its velocity until it is (lazy momentum), where the dense form would go on moving it.
 * @param rows ascending, each once: see `coalesceRows`
 * @throws IndexError unless indices ascend within the table, ShapeError, DTypeError, ValueError as `sgdUpdate`
 */
export function sgdRowsUpdate(
  parameter: Tensor<Shape>,
  rows: TableRows,
  velocity: Tensor<Shape> | undefined,
  settings: SgdRowsSettings,
): void {
  assertSettings(settings);
  assertRecord("sgdRowsUpdate", "rows", rows, "{ indices, values }");
  assertTensor("sgdRowsUpdate", "rows.indices", rows.indices);
  assertTensor("sgdRowsUpdate", "rows.values", rows.values);
  applyUpdate(sgdRowsOp, { parameter, indices: rows.indices, gradient: rows.values, velocity }, settings);
}

export const sgdRowsOps: { sgdRowsUpdate: SgdRowsOp } = { sgdRowsUpdate: sgdRowsOp };
