import { type DType, type Shape } from "@unfoldjs/tensor-core";

/** One input of a call: its elements, and how they lie in memory. */
export interface Given {
  readonly shape: Shape;
  /** Elements in row-major order, over and over until the shape is full. */
  readonly elements: readonly number[];
  /** The name of one of the op cases' layouts. */
  readonly layout: string;
  /** Which result of which call is taken in place of the elements, if its shape and dtype are right. */
  readonly from?: readonly [call: number, result: number];
  /** Where it is not the one that the case draws. */
  readonly dtype?: DType;
}

/** The input with elements of its own. */
export function withoutFrom({ shape, elements, layout, dtype }: Given): Given {
  return { shape, elements, layout, ...(dtype === undefined ? {} : { dtype }) };
}

/** One call of an op's case, all that it needs said. */
export interface Call {
  /** The name of the case: "matmul", "add i32". */
  readonly op: string;
  readonly inputs: readonly Given[];
  readonly attributes?: unknown;
  /** Something is wrong with it on purpose: if it goes through, no reference says what should come. */
  readonly isDamaged?: boolean;
}

/** Calls, each of which may take results of those before it. */
export type Program = readonly Call[];
