import { assertShape } from "../arguments/checks.ts";
import type { Shape } from "../types/shape.ts";
import { countOf } from "./axes.ts";

/** Number of elements of a shape. @throws ValueError, ShapeError on what is no shape of a tensor */
export function sizeOf(shape: Shape): number {
  assertShape("sizeOf", "shape", shape);
  return countOf("sizeOf", shape);
}
