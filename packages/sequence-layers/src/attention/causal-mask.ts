import { arange, lessEqual, type Shape, type Tensor } from "@unfoldjs/tensor-core";

/** (queries, keys), bool: the last of the queries takes all keys, the one before it all but the last, and so on. */
export function causalMask(queries: number, keys: number): Tensor<Shape, "bool"> {
  const places: Tensor<Shape, "i32"> = arange(0, keys, 1, "i32");
  const last: Tensor<Shape, "i32"> = arange(keys - queries, keys, 1, "i32").unsqueeze(1);
  return lessEqual(places, last);
}
