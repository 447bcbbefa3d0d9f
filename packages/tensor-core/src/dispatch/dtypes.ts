import type { Check } from "../arguments/options.ts";
import { wrongArgument } from "../arguments/wrong.ts";
import type { AnyTensor } from "./results.ts";
import { DTypeError } from "../errors/index.ts";
import { DTYPES } from "../types/dtype.ts";

/** @throws DTypeError unless every tensor is f32 */
export function assertFloat(op: string, inputs: Readonly<Record<string, AnyTensor | undefined>>): void {
  for (const name in inputs) {
    const dtype = inputs[name]?.dtype ?? "f32";
    if (dtype !== "f32")
      throw new DTypeError(op, { [name]: inputs[name]?.shape, dtype }, "takes f32", `${name}.to("f32")`);
  }
}

/** @throws DTypeError unless there is such a dtype: it may come from a file, or from JavaScript */
export function assertDType(op: string, dtype: string): void {
  if (typeof dtype === "string" && Object.hasOwn(DTYPES, dtype)) return;
  throw new DTypeError(op, { dtype }, `dtypes are ${Object.keys(DTYPES).join(", ")}`);
}

/** A dtype, as an option. */
export const aDType: Check = (op, name, value) => {
  if (typeof value !== "string")
    throw wrongArgument(op, name, value, `a dtype: one of ${Object.keys(DTYPES).join(", ")}`);
  assertDType(op, value);
};

/** @throws DTypeError unless `x` is f32 or i32 */
export function assertArithmetic(op: string, x: AnyTensor): void {
  const { computesIn } = DTYPES[x.dtype];
  if (x.dtype === computesIn) return;
  throw new DTypeError(op, { x: x.shape, dtype: x.dtype }, "takes f32 and i32", `x.to("${computesIn}")`);
}

/** @throws DTypeError if `x` is of a dtype for storage, such as f16, which no op computes with */
export function refuseStorage(op: string, name: string, x: AnyTensor): void {
  const { isStorage, computesIn } = DTYPES[x.dtype];
  if (!isStorage) return;
  const rule = `${x.dtype} is for storage: no op computes with it`;
  throw new DTypeError(op, { [name]: x.shape, dtype: x.dtype }, rule, `${name}.to("${computesIn}")`);
}

/** @throws DTypeError unless both have the same dtype */
export function assertOneDType(op: string, a: AnyTensor, b: AnyTensor): void {
  if (a.dtype === b.dtype) return;
  const [left, right] = [`[${a.shape.join(", ")}] ${a.dtype}`, `[${b.shape.join(", ")}] ${b.dtype}`];
  throw new DTypeError(
    op,
    { a: left, b: right },
    "both sides must have the same dtype",
    `a.to("${b.dtype}") or b.to("${a.dtype}")`,
  );
}

/** @throws DTypeError unless `x` holds truth values */
export function assertBool(op: string, x: AnyTensor): void {
  if (x.dtype === "bool") return;
  throw new DTypeError(op, { shape: x.shape, dtype: x.dtype }, "takes bool", "compare first, as in x.greater(0)");
}
