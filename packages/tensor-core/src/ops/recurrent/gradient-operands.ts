import { assertList, assertOneOf, assertRecord } from "../../arguments/checks.ts";
import { checkedLater, checkOptions } from "../../arguments/options.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";

/** Gradients by name. */
export type GradientsOf<Names extends string> = { readonly [Name in Names]: Tensor<Shape> };

const INCOMING = { dOutput: checkedLater, dHLast: checkedLater, dCLast: checkedLater };

/** @throws ValueError unless these are records, and what is asked for are names of gradients */
export function assertGradientOperands(
  op: string,
  asked: readonly string[],
  known: readonly string[],
  records: Readonly<Record<string, unknown>>,
): void {
  assertList(op, "asked", asked, "an array of names of gradients");
  for (const name of asked) assertOneOf(op, "asked", name, known);
  for (const name in records) assertRecord(op, name, records[name]);
  checkOptions<object>(op, records["gradients"] as object, INCOMING);
}
