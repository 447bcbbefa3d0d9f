import { asElement, castTo, layouts, type Placed } from "@unfoldjs/op-cases";
import { data, type DType } from "@unfoldjs/tensor-core";
import type { Given } from "./program.ts";

/** The elements of an input as a tensor, as they lie. The caller owns it. */
export function place(given: Given, dtype: DType): Placed {
  const size = given.shape.reduce((product, length) => product * length, 1);
  const elementOf = (value: number): number =>
    given.dtype === undefined ? asElement(dtype, value) : castTo(dtype, "f32", value);
  const values = Array.from({ length: size }, (_, i) => elementOf(given.elements[i % given.elements.length] ?? 0));
  const layout = layouts.find(({ name }) => name === given.layout) ?? layouts[0];
  if (layout === undefined) throw new Error("there are no layouts");
  const { tensor, exact } = layout.place({ shape: given.shape, values }, dtype);
  return { tensor, exact: { shape: exact.shape, values: Array.from(data(tensor)) } };
}
