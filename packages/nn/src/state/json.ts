import { FormatError, ValueError } from "@unfoldjs/tensor-core";
import type { Json } from "./state.ts";

/** JSON has no word for these: they are records with one of these keys. Keys of one's own that begin so get a $ more. */
const NUMBER = "$number";
const UNDEFINED = "$undefined";
/** Numbers that JSON would make null, or 0. */
const WORDS: ReadonlySet<string> = new Set(["NaN", "Infinity", "-Infinity", "-0"]);
/** Lists and records in one another. Files are not to exhaust the stack. */
const DEEPEST = 1000;

/** What a value that JSON has no word for is written as; undefined for others. */
export type Write = (value: object) => Json | undefined;
/** What a record with a mark of `Write` stands for; undefined for others. */
export type Read = (record: Readonly<Record<string, Json>>) => { readonly value: unknown } | undefined;

/**
 * `value` in words that JSON has: NaN, ±∞, −0 and undefined come back from `unmarked`.
 * @param write what is no list, plain record or primitive value
 * @throws ValueError on what a file cannot hold, such as a function or a Date
 */
export function marked(op: string, value: unknown, write: Write = () => undefined, depth = 0): Json {
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0) ? value : { [NUMBER]: numberWord(value) };
  if (value === undefined) return { [UNDEFINED]: true };
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (depth > DEEPEST) {
    throw new ValueError(op, { depth }, "lists and records are too deep in one another: does one contain itself?");
  }
  if (typeof value === "object") {
    const own = write(value);
    if (own !== undefined) return own;
    if (Array.isArray(value)) return Array.from(value, (element: unknown) => marked(op, element, write, depth + 1));
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]: [string, unknown]) => [
          key.startsWith("$") ? `$${key}` : key,
          marked(op, inner, write, depth + 1),
        ]),
      );
    }
  }
  throw new ValueError(
    op,
    { came: typeof value === "object" ? `a value of class ${value.constructor?.name ?? "none"}` : `a ${typeof value}` },
    "a file holds texts, numbers, truth values, null, undefined, modules, and lists and plain records of these",
    "give what it is made from, such as a list of numbers or a text",
  );
}

function numberWord(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/**
 * What `marked` was given.
 * @param read records that its `write` made
 * @throws FormatError on a mark that is none
 */
export function unmarked(op: string, json: Json, read: Read = () => undefined, depth = 0): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (depth > DEEPEST) throw new FormatError(op, { depth }, "lists and records are too deep in one another");
  if (Array.isArray(json)) return json.map((element: Json) => unmarked(op, element, read, depth + 1));
  const record = json as Readonly<Record<string, Json>>;
  const own = read(record);
  if (own !== undefined) return own.value;
  if (Object.hasOwn(record, UNDEFINED)) return undefined;
  if (Object.hasOwn(record, NUMBER)) {
    const word = record[NUMBER];
    if (typeof word === "string" && WORDS.has(word)) return Number(word);
    throw new FormatError(
      op,
      { number: JSON.stringify(word) },
      `a number that JSON has no word for is one of ${[...WORDS].join(", ")}`,
    );
  }
  return Object.fromEntries(
    Object.entries(record).map(([key, inner]) => [
      key.startsWith("$$") ? key.slice(1) : key,
      unmarked(op, inner, read, depth + 1),
    ]),
  );
}
