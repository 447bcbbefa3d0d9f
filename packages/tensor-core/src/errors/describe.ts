/** Tensors are known by this mark and not by `instanceof`, so that two copies of the package understand each other. */
export const BRAND = "@unfoldjs/tensor";

const LONGEST = 60;

/**
 * What a value is, in a few words, for errors about arguments: "a promise", "an array of 3", "a Float32Array of 6". Reads
 * nothing of a value that might fail or run code of its own, as far as that can be told.
 */
export function describe(value: unknown): string {
  try {
    return words(value);
  } catch {
    return "an object that cannot be read";
  }
}

function words(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value === "" ? "an empty string" : cut(JSON.stringify(value));
    case "bigint":
      return `the bigint ${cut(String(value))}n`;
    case "function":
      return describeFunction(value);
    case "object":
      return value === null ? "null" : describeObject(value);
    default:
      return String(value);
  }
}

function describeFunction(value: { readonly name: unknown }): string {
  const name = typeof value.name === "string" && value.name !== "" ? ` ${cut(value.name)}` : "";
  return `${isClass(value) ? "the class" : "a function"}${name}`;
}

/** True for a class, which cannot be called. */
export function isClass(value: unknown): boolean {
  if (typeof value !== "function") return false;
  // Arrows and methods have no prototype; plain functions have one that can be replaced, classes one that cannot. Reading the
  // source is slow, and only tells classes from functions of the engine's own.
  if (value.prototype === undefined || Object.getOwnPropertyDescriptor(value, "prototype")?.writable !== false)
    return false;
  return Function.prototype.toString.call(value).startsWith("class");
}

function describeObject(value: object): string {
  if (isPromise(value)) return "a promise";
  if (Array.isArray(value)) return describeArray(value);
  if (ArrayBuffer.isView(value)) {
    return withArticle("length" in value ? `${nameOf(value)} of ${String(value.length)}` : nameOf(value));
  }
  if (hasShape(value)) {
    const shape = `[${value.shape.join(", ")}] ${value.dtype}`;
    if (!isBranded(value)) return `a copy of a tensor's fields (${shape})`;
    return `a tensor ${shape}${"isDisposed" in value && value.isDisposed === true ? ", disposed" : ""}`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return withArticle(nameOf(value));
  const names = Object.keys(value);
  return names.length === 0
    ? "an object without fields"
    : cut(`{ ${names.map((name) => field(value, name)).join(", ")} }`);
}

function describeArray(value: readonly unknown[]): string {
  const isShort = value.length > 0 && value.length <= 8;
  const isPlain = isShort && value.every((element) => element === null || typeof element !== "object");
  return isPlain ? cut(`[${value.map((element) => words(element)).join(", ")}]`) : `an array of ${value.length}`;
}

function field(value: object, name: string): string {
  const inner = (value as Readonly<Record<string, unknown>>)[name];
  const isDeep = typeof inner === "object" && inner !== null;
  return `${name}: ${isDeep ? (Array.isArray(inner) ? "[…]" : "{…}") : words(inner)}`;
}

/** True for a promise, or anything else that `await` waits for. */
export function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** True for what `structuredClone`, `postMessage` and JSON leave of a tensor: its fields, without the class. */
export function isTensorCopy(value: unknown): boolean {
  return typeof value === "object" && value !== null && hasShape(value) && !isBranded(value);
}

function hasShape(value: object): value is { readonly shape: readonly number[]; readonly dtype: string } {
  return (
    "storage" in value &&
    "shape" in value &&
    Array.isArray(value.shape) &&
    "dtype" in value &&
    typeof value.dtype === "string"
  );
}

function isBranded(value: object): boolean {
  return "brand" in value && value.brand === BRAND;
}

function nameOf(value: object): string {
  const { constructor } = value as { readonly constructor?: unknown };
  const name = typeof constructor === "function" ? constructor.name : "";
  return name === "" ? "object" : cut(name);
}

function withArticle(name: string): string {
  return `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name}`;
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
