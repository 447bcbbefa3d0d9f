import { isClass } from "../errors/describe.ts";
import { ValueError } from "../errors/index.ts";
import { wrongArgument } from "./wrong.ts";

// Each compares first and makes an error afterwards, in a function of its own: what is right costs a comparison.

/** @throws ValueError unless it is a number; NaN and infinities are */
export function assertNumber(op: string, name: string, value: unknown): asserts value is number {
  if (typeof value !== "number") throw wrongArgument(op, name, value, "a number");
}

/** @throws ValueError unless it is a number that is neither NaN nor infinite */
export function assertFinite(op: string, name: string, value: unknown): asserts value is number {
  if (!Number.isFinite(value)) throw wrongArgument(op, name, value, "a finite number");
}

/** @throws ValueError unless it is a finite number from 0 up, such as what is added to a variance */
export function assertFromZero(op: string, name: string, value: unknown): asserts value is number {
  assertNumber(op, name, value);
  if (value >= 0 && value < Infinity) return;
  throw new ValueError(op, { [name]: value }, `${name} must be a number from 0 up`);
}

/** @throws ValueError unless it is a whole number from `least` up that can be counted to */
export function assertWhole(op: string, name: string, value: unknown, least = 0): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    throw wrongArgument(op, name, value, `a whole number from ${least} up`);
  }
}

/** @throws ValueError unless it is `true` or `false` */
export function assertBoolean(op: string, name: string, value: unknown): asserts value is boolean {
  if (typeof value !== "boolean") throw wrongArgument(op, name, value, "true or false");
}

/** @throws ValueError unless it is text */
export function assertString(op: string, name: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw wrongArgument(op, name, value, "a string");
}

/** @throws ValueError unless it can be called; a class cannot */
export function assertFunction(
  op: string,
  name: string,
  value: unknown,
): asserts value is (...inputs: never[]) => unknown {
  if (typeof value !== "function")
    throw wrongArgument(op, name, value, "a function", "pass the function, not what it returns");
  if (isClass(value)) throw wrongArgument(op, name, value, "a function, and not a class");
}

/** @throws ValueError unless it is one of a few words */
export function assertOneOf(op: string, name: string, value: unknown, words: readonly string[]): void {
  if (typeof value === "string" && words.includes(value)) return;
  throw wrongArgument(op, name, value, words.map((word) => JSON.stringify(word)).join(" or "));
}

/** @throws ValueError unless it is an array */
export function assertList(
  op: string,
  name: string,
  value: unknown,
  of = "an array",
): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) throw wrongArgument(op, name, value, of);
}

/** @throws ValueError unless it is a list of sizes; whether they are sizes is for who counts them to say */
export function assertShape(op: string, name: string, value: unknown): asserts value is readonly number[] {
  if (!Array.isArray(value)) throw wrongArgument(op, name, value, "a shape: an array of sizes, as in [2, 3]");
  for (let axis = 0; axis < value.length; axis++) {
    if (typeof value[axis] !== "number")
      throw wrongArgument(op, name, value, "a shape: an array of sizes, as in [2, 3]");
  }
}

/** @throws ValueError unless it is an object with fields: no array, no typed array, nothing that is waited for */
export function assertRecord(op: string, name: string, value: unknown, of = "an object"): asserts value is object {
  if (
    typeof value !== "object" ||
    value === null ||
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    "then" in value
  ) {
    throw wrongArgument(op, name, value, of);
  }
}

/** @throws ValueError unless it is a `Uint8Array` */
export function assertBytes(op: string, name: string, value: unknown): asserts value is Uint8Array {
  if (Object.prototype.toString.call(value) === "[object Uint8Array]") return;
  throw wrongArgument(op, name, value, "the bytes of a file, in a Uint8Array", bytesFix(value));
}

function bytesFix(value: unknown): string | undefined {
  const kind = Object.prototype.toString.call(value);
  if (kind === "[object ArrayBuffer]" || kind === "[object SharedArrayBuffer]") return "new Uint8Array(buffer)";
  if (kind === "[object Response]" || kind === "[object Blob]" || kind === "[object File]") {
    return "new Uint8Array(await it.arrayBuffer())";
  }
  return typeof value === "string" ? "read the file first: a path is not its content" : undefined;
}

/** @throws ValueError unless it is a plain record: made with braces, and not of a class such as Map */
export function assertPlain(op: string, name: string, value: unknown, of: string): asserts value is object {
  assertRecord(op, name, value, of);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return;
  throw wrongArgument(op, name, value, of, value instanceof Map ? `Object.fromEntries(${name})` : undefined);
}
