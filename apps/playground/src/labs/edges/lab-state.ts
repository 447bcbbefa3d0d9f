import { type Field, type Fields, number, oneOf, optional } from "../../frame/address.ts";
import type { Cell } from "../../look/cell.ts";
import { type Kernel, kernelField } from "./kernels.ts";
import type { Operation } from "./operation.ts";
import { SAMPLES, type Sample } from "./samples.ts";
import { learningFields, type LearningState } from "./learning.ts";
import { type Layout, layoutFields, windowField } from "./sliding.ts";
import { type Colours, coloursField, type Filters, filtersField, STEPS } from "./volume.ts";

export const VIEWS = ["plane", "volume", "sliding", "learning"] as const;
export type View = (typeof VIEWS)[number];

/** All that a link holds. A photo of one's own is not in it: the sample shown before stands in for it. */
export interface LabState extends Layout, LearningState {
  readonly view: View;
  readonly picture: Sample;
  readonly measure: Operation["measure"];
  readonly kernel: Kernel;
  readonly mode: Operation["mode"];
  readonly padding: Operation["padding"];
  /** The number of the output that is explained; undefined for the strongest. */
  readonly at: Cell | undefined;
  readonly colours: Colours;
  /** What is laid on the three channels. */
  readonly filters: Filters;
  /** The last number that was computed, of the volume. */
  readonly step: number;
  /** The number of the kernel that is learned, whose next step is explained. */
  readonly weight: Cell | undefined;
  /** What Digits adds after this kernel, if it was learned there. */
  readonly bias: number | undefined;
  /** The window that slides, counted row by row. */
  readonly window: number;
}

const cell: Field<Cell | undefined> = {
  fallback: undefined,
  read(text) {
    const [, row, column] = /^(\d{1,3}),(\d{1,3})$/.exec(text) ?? [];
    return row === undefined ? undefined : { row: Number(row), column: Number(column) };
  },
  write: (at) => (at === undefined ? "" : `${at.row},${at.column}`),
};

export const labFields: Fields<LabState> = {
  view: oneOf<View>("plane", VIEWS),
  picture: oneOf("flower", SAMPLES),
  measure: oneOf("kernel", ["kernel", "strength", "direction"]),
  kernel: kernelField,
  mode: oneOf("correlation", ["correlation", "convolution"]),
  padding: oneOf("valid", ["valid", "same"]),
  at: cell,
  colours: coloursField,
  filters: filtersField,
  step: number(0, { min: 0, max: STEPS - 1, whole: true }),
  ...learningFields,
  ...layoutFields,
  window: windowField,
  weight: cell,
  bias: optional(number(0, { min: -99, max: 99 })),
};
