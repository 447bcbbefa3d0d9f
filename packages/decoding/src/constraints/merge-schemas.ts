import { ValueError } from "../errors/decoding-error.ts";
import type { JsonSchema } from "./json-schema-type.ts";

type Merge = (first: never, second: never, both: (first: JsonSchema, second: JsonSchema) => JsonSchema) => unknown;

const listed = (types: JsonSchema["type"]): readonly string[] => [types ?? []].flat();
/** A whole number is a number too. */
const isKind = (type: string, of: readonly string[]): boolean =>
  of.includes(type) || (type === "integer" && of.includes("number"));

/** How what two schemas say with one keyword is said by one; a keyword without a row can only be said twice in the same way. */
const MERGES: Readonly<Partial<Record<keyof JsonSchema, Merge>>> = {
  type: (first: JsonSchema["type"], second: JsonSchema["type"]) => {
    const [a, b] = [listed(first), listed(second)];
    return [...new Set([...a.filter((each) => isKind(each, b)), ...b.filter((each) => isKind(each, a))])];
  },
  enum: (first: readonly unknown[], second: readonly unknown[]) => {
    const known = new Set(second.map((each) => JSON.stringify(each)));
    return first.filter((each) => known.has(JSON.stringify(each)));
  },
  minimum: (first: number, second: number) => Math.max(first, second),
  exclusiveMinimum: (first: number, second: number) => Math.max(first, second),
  maximum: (first: number, second: number) => Math.min(first, second),
  exclusiveMaximum: (first: number, second: number) => Math.min(first, second),
  minLength: (first: number, second: number) => Math.max(first, second),
  maxLength: (first: number, second: number) => Math.min(first, second),
  minItems: (first: number, second: number) => Math.max(first, second),
  maxItems: (first: number, second: number) => Math.min(first, second),
  required: (first: readonly string[], second: readonly string[]) => [...new Set([...first, ...second])],
  items: (first: JsonSchema, second: JsonSchema, both) => both(first, second),
  properties: (first: NonNullable<JsonSchema["properties"]>, second: NonNullable<JsonSchema["properties"]>, both) => {
    const merged: Record<string, JsonSchema> = { ...first };
    for (const [name, schema] of Object.entries(second)) {
      merged[name] = merged[name] === undefined ? schema : both(merged[name], schema);
    }
    return merged;
  },
};

/** One schema of what is valid under both. @throws ValueError for what cannot be said by one */
export function mergeSchemas(op: string, place: string, first: JsonSchema, second: JsonSchema): JsonSchema {
  const merged: Record<string, unknown> = { ...first };
  // All properties are required where nothing is said of it: which must be said before there are more of them.
  const isOpen = (schema: JsonSchema): boolean => schema.properties !== undefined && schema.required === undefined;
  if (isOpen(first)) merged["required"] = Object.keys(first.properties ?? {});
  const other = isOpen(second) ? { ...second, required: Object.keys(second.properties ?? {}) } : second;
  for (const [name, value] of Object.entries(other)) {
    const old = merged[name];
    const merge = MERGES[name as keyof JsonSchema];
    if (old === undefined || JSON.stringify(old) === JSON.stringify(value)) merged[name] = value;
    else if (merge !== undefined) {
      merged[name] = merge(old as never, value as never, (a, b) => mergeSchemas(op, `${place}.${name}`, a, b));
    } else {
      const rule = `schema says ${name} in two ways that must both hold, for which there is no pattern`;
      throw new ValueError(op, { [place]: name }, rule);
    }
  }
  return merged;
}
