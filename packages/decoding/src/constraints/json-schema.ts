import * as check from "../arguments/checks.ts";
import { ValueError, wrongArgument } from "../errors/decoding-error.ts";

/** The part of JSON Schema that has a pattern. */
export interface JsonSchema {
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  /** All of them come, in this order; a property that `required` leaves out may be absent. All are required if it is not given. */
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Of a string; its own characters must need no escape in JSON. */
  readonly pattern?: string;
}

const INTEGER = "-?(0|[1-9]\\d*)";
const KNOWN = new Set([
  "type",
  "enum",
  "const",
  "anyOf",
  "properties",
  "required",
  "items",
  "minItems",
  "maxItems",
  "minLength",
  "maxLength",
  "pattern",
]);
/** Says nothing about values, or nothing that a pattern could say otherwise. */
const IGNORED = new Set(["title", "description", "$schema", "$id", "additionalProperties", "default", "examples"]);
const DEEPEST = 20;

/**
 * A pattern for `matchPattern` of the JSON values that a schema describes, written without white space: so outputs are valid by mask.
 * @throws ValueError for keywords that have no pattern (`$ref`, `allOf`, `not`, bounds of numbers), and for more than 20 levels
 */
export function jsonSchemaPattern(schema: JsonSchema): string {
  check.record("jsonSchemaPattern", "schema", schema);
  return patternOf(schema, "schema", 0);
}

function patternOf(schema: JsonSchema, place: string, depth: number): string {
  const op = "jsonSchemaPattern";
  check.record(op, place, schema);
  if (depth > DEEPEST) throw new ValueError(op, { place }, `schema must not be deeper than ${DEEPEST} levels`);
  const unknown = Object.keys(schema).find((name) => !KNOWN.has(name) && !IGNORED.has(name));
  if (unknown !== undefined)
    throw new ValueError(op, { [place]: unknown }, `schema has ${unknown}, for which there is no pattern`);
  if (Object.hasOwn(schema, "const")) return literal(op, place, schema.const);
  const { enum: values, anyOf } = schema;
  if (values !== undefined) {
    check.filled(() => {}, "an array of values")(op, `${place}.enum`, values);
    return `(${values.map((value) => literal(op, `${place}.enum`, value)).join("|")})`;
  }
  if (anyOf !== undefined) {
    check.filled(check.record, "an array of schemas")(op, `${place}.anyOf`, anyOf);
    return `(${anyOf.map((each, at) => patternOf(each, `${place}.anyOf[${at}]`, depth + 1)).join("|")})`;
  }
  switch (schema.type) {
    case "null":
      return "null";
    case "boolean":
      return "(true|false)";
    case "integer":
      return INTEGER;
    case "number":
      return `${INTEGER}(\\.\\d+)?([eE][+\\-]?\\d+)?`;
    case "string":
      return stringPattern(schema, place);
    case "array":
      return arrayPattern(schema, place, depth);
    case "object":
      return objectPattern(schema, place, depth);
    default:
      throw wrongArgument(op, `${place}.type`, schema.type, "object, array, string, number, integer, boolean or null");
  }
}

function stringPattern({ pattern, minLength = 0, maxLength }: JsonSchema, place: string): string {
  const op = "jsonSchemaPattern";
  check.whole(0)(op, `${place}.minLength`, minLength);
  if (maxLength !== undefined) check.whole(0)(op, `${place}.maxLength`, maxLength);
  if (pattern !== undefined) {
    check.string(op, `${place}.pattern`, pattern);
    return `"(${pattern})"`;
  }
  return `"([^"\\\\\\x00-\\x1f]|\\\\["\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}){${minLength},${maxLength ?? ""}}"`;
}

function arrayPattern({ items, minItems = 0, maxItems }: JsonSchema, place: string, depth: number): string {
  const op = "jsonSchemaPattern";
  if (items === undefined)
    throw wrongArgument(op, `${place}.items`, items, "a schema: arrays of anything have no pattern");
  check.whole(0)(op, `${place}.minItems`, minItems);
  if (maxItems !== undefined) check.whole(minItems)(op, `${place}.maxItems`, maxItems);
  const item = patternOf(items, `${place}.items`, depth + 1);
  if (maxItems === 0) return "\\[\\]";
  const more = `(,(${item})){${Math.max(0, minItems - 1)},${maxItems === undefined ? "" : maxItems - 1}}`;
  return minItems === 0 ? `\\[((${item})${more})?\\]` : `\\[(${item})${more}\\]`;
}

function objectPattern({ properties = {}, required }: JsonSchema, place: string, depth: number): string {
  const op = "jsonSchemaPattern";
  check.record(op, `${place}.properties`, properties);
  if (required !== undefined) check.list(check.string, "an array of names")(op, `${place}.required`, required);
  const names = Object.keys(properties);
  // From the last to the first: what may follow with a comma before it, and what may follow at the beginning.
  let [after, first] = ["", ""];
  for (const name of names.toReversed()) {
    const value = patternOf(properties[name] as JsonSchema, `${place}.properties.${name}`, depth + 1);
    const member = `${literal(op, place, name)}:(${value})`;
    const isRequired = required === undefined || required.includes(name);
    first = isRequired ? `${member}${after}` : `(${member}${after}${first === "" ? ")?" : `|${first})`}`;
    after = isRequired ? `,${member}${after}` : `(,${member})?${after}`;
  }
  return `\\{${first}\\}`;
}

function literal(op: string, place: string, value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  if (text === undefined) throw wrongArgument(op, place, value, "values that JSON has");
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
