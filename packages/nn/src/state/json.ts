import type { Json } from "./state.ts";

/** What stands for a number that JSON has no word for, and would write as null. */
const NUMBER = "unfold.number";

/** JSON in which NaN and infinities come back as they went. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "number" && !Number.isFinite(inner) ? { [NUMBER]: String(inner) } : inner,
  );
}

/** The value of a text that `toJson` wrote, in which records of one word may have become numbers. */
export function restoreNumbers(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(restoreNumbers);
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === NUMBER) return Number(first[1]);
  return Object.fromEntries(entries.map(([name, inner]) => [name, restoreNumbers(inner)]));
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
