const LONGEST = 60;

/** What a value is, in a few words, for errors about arguments: "a promise", "an array of 3", "a Float32Array of 6". */
export function describe(value: unknown): string {
  try {
    return words(value);
  } catch {
    return "an object that cannot be read";
  }
}

/** True for a promise, or anything else that `await` waits for. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** True for a class, which cannot be called. */
export function isClass(value: unknown): boolean {
  return typeof value === "function" && Function.prototype.toString.call(value).startsWith("class");
}

function words(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value === "" ? "an empty string" : cut(JSON.stringify(value));
    case "bigint":
      return `the bigint ${cut(String(value))}n`;
    case "function":
      return `${isClass(value) ? "the class" : "a function"}${value.name === "" ? "" : ` ${cut(value.name)}`}`;
    case "object":
      return value === null ? "null" : object(value);
    default:
      return String(value);
  }
}

function object(value: object): string {
  if (isPromise(value)) return "a promise";
  if (Array.isArray(value)) return array(value);
  if (ArrayBuffer.isView(value))
    return "length" in value ? `${withArticle(nameOf(value))} of ${String(value.length)}` : "a view";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return withArticle(nameOf(value));
  const names = Object.keys(value);
  return names.length === 0 ? "an object without fields" : cut(`an object of ${names.join(", ")}`);
}

function withArticle(name: string): string {
  return `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name}`;
}

function array(value: readonly unknown[]): string {
  const isShort = value.length > 0 && value.length <= 8;
  const isPlain = isShort && value.every((element) => element === null || typeof element !== "object");
  return isPlain ? cut(`[${value.map((element) => words(element)).join(", ")}]`) : `an array of ${value.length}`;
}

function nameOf(value: object): string {
  const { constructor } = value as { readonly constructor?: unknown };
  return typeof constructor === "function" && constructor.name !== "" ? cut(constructor.name) : "object";
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
