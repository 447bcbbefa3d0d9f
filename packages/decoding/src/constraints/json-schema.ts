import * as check from "../arguments/checks.ts";
import { ValueError, wrongArgument } from "../errors/decoding-error.ts";
import type { JsonSchema, JsonType } from "./json-schema-type.ts";
import { mergeSchemas } from "./merge-schemas.ts";
import { decimalsBetween, integersBetween } from "./number-pattern.ts";

const INTEGER = "-?(0|[1-9]\\d*)";
/** What each keyword goes with; one that stands beside a type that it says nothing of is harmless. */
const KNOWN = new Set([
  "type",
  "enum",
  "const",
  "anyOf",
  "allOf",
  "$ref",
  "$defs",
  "definitions",
  "properties",
  "required",
  "items",
  "minItems",
  "maxItems",
  "minLength",
  "maxLength",
  "pattern",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
]);
/** Says nothing about values, or nothing that a pattern could say otherwise. */
const IGNORED = new Set(["title", "description", "$schema", "$id", "additionalProperties", "default", "examples"]);
const DEEPEST = 20;
const OP = "jsonSchemaPattern";

/**
 * A pattern for `matchPattern` of the JSON values that a schema describes, written without white space: so outputs are valid by mask.
 * @throws ValueError for keywords that have no pattern (`not`, `oneOf`, `multipleOf`, `format` …), by their name; for a `$ref` that leads
 * back to itself or nowhere, bounds between which nothing is, and more than 20 levels
 */
export function jsonSchemaPattern(schema: JsonSchema): string {
  check.record(OP, "schema", schema);
  return new Writer(schema).write(schema, "schema");
}

class Writer {
  readonly #whole: JsonSchema;

  constructor(whole: JsonSchema) {
    this.#whole = whole;
  }

  /** @param through the references that led here */
  write(given: JsonSchema, place: string, depth = 0, through: readonly string[] = []): string {
    if (depth > DEEPEST) throw new ValueError(OP, { place }, `schema must not be deeper than ${DEEPEST} levels`);
    const followed = new Set(through);
    const { anyOf, ...schema } = this.#flat(given, place, through, followed);
    const inside: Inside = (each, where) => this.write(each, where, depth + 1, [...followed]);
    if (anyOf === undefined) return valuePattern(schema, place, inside);
    check.filled(check.record, "an array of schemas")(OP, `${place}.anyOf`, anyOf);
    const isAlone = Object.keys(schema).length === 0;
    const options = anyOf.map((each, at) =>
      inside(isAlone ? each : { allOf: [schema, each] }, `${place}.anyOf[${at}]`),
    );
    return `(${options.join("|")})`;
  }

  /** What a schema says, with all that it refers to and that must hold beside it, in keywords that stand for themselves. */
  #flat(given: JsonSchema, place: string, chain: readonly string[], followed: Set<string>): JsonSchema {
    check.record(OP, place, given);
    const unknown = Object.keys(given).find((name) => !KNOWN.has(name) && !IGNORED.has(name));
    if (unknown !== undefined)
      throw new ValueError(OP, { [place]: unknown }, `schema has ${unknown}, for which there is no pattern`);
    const { $ref: reference, allOf = [], $defs: _, definitions: __, ...own } = given;
    const named = Object.entries(own).filter(([name, value]) => !IGNORED.has(name) && value !== undefined);
    const parts: JsonSchema[] = [Object.fromEntries(named)];
    if (reference !== undefined) {
      const target = this.#find(reference, place);
      if (chain.includes(reference)) {
        const rule = "$ref leads back to itself: JSON of any depth has no pattern";
        throw new ValueError(OP, { [place]: reference }, rule, "write out as many levels as are wanted");
      }
      followed.add(reference);
      parts.push(this.#flat(target, `${place}.$ref`, [...chain, reference], followed));
    }
    check.list(check.record, "an array of schemas")(OP, `${place}.allOf`, allOf);
    for (const [at, each] of allOf.entries()) parts.push(this.#flat(each, `${place}.allOf[${at}]`, chain, followed));
    return parts.reduce((first, second) => mergeSchemas(OP, place, first, second));
  }

  /** The place of the whole schema that a JSON pointer names (RFC 6901). */
  #find(reference: unknown, place: string): JsonSchema {
    check.string(OP, `${place}.$ref`, reference);
    const steps = (reference as string).split("/").slice(1);
    let found: unknown = /^#(\/|$)/.test(reference as string) ? this.#whole : undefined;
    for (const step of steps) {
      const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
      const isThere = typeof found === "object" && found !== null && Object.hasOwn(found, name);
      found = isThere ? (found as Readonly<Record<string, unknown>>)[name] : undefined;
    }
    if (found === undefined) {
      throw new ValueError(
        OP,
        { [place]: reference as string },
        "$ref must be a place in the schema, as in #/$defs/name",
      );
    }
    return found as JsonSchema;
  }
}

/** Writes a schema that stands in another one. */
type Inside = (schema: JsonSchema, place: string) => string;

const VALUED = new Set(["type", "enum", "const"]);

function valuePattern(schema: JsonSchema, place: string, inside: Inside): string {
  const { enum: values, type } = schema;
  if (values !== undefined || Object.hasOwn(schema, "const")) {
    if (values !== undefined) check.filled(() => {}, "an array of values")(OP, `${place}.enum`, values);
    const beside = Object.keys(schema).find((name) => !VALUED.has(name));
    if (beside !== undefined)
      throw new ValueError(
        OP,
        { [place]: beside },
        `schema has ${beside} beside values, for which there is no pattern`,
      );
    const both = Object.hasOwn(schema, "const") ? [schema.const] : (values ?? []);
    const allowed = new Set((values ?? both).map((value) => JSON.stringify(value)));
    const fit = both.filter((value) => allowed.has(JSON.stringify(value)) && isOfType(value, type));
    if (fit.length === 0) throw new ValueError(OP, { place }, "no value is allowed by all that the schema says");
    return `(${fit.map((value) => literal(place, value)).join("|")})`;
  }
  const types = [type ?? []].flat();
  if (types.length === 0) throw wrongArgument(OP, `${place}.type`, type, TYPES);
  return types.length === 1
    ? typePattern(types[0] as JsonType, schema, place, inside)
    : `(${types.map((each) => typePattern(each, schema, place, inside)).join("|")})`;
}

const TYPES = "object, array, string, number, integer, boolean or null";

function typePattern(type: JsonType, schema: JsonSchema, place: string, inside: Inside): string {
  switch (type) {
    case "null":
      return "null";
    case "boolean":
      return "(true|false)";
    case "integer":
    case "number":
      return numberPattern(type, schema, place);
    case "string":
      return stringPattern(schema, place);
    case "array":
      return arrayPattern(schema, place, inside);
    case "object":
      return objectPattern(schema, place, inside);
    default:
      throw wrongArgument(OP, `${place}.type`, type, TYPES);
  }
}

function isOfType(value: unknown, type: JsonSchema["type"]): boolean {
  if (type === undefined) return true;
  const own = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return [type].flat().some((each) => each === own || (each === "integer" && Number.isInteger(value)));
}

const BOUNDS = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"] as const;

function numberPattern(type: "integer" | "number", schema: JsonSchema, place: string): string {
  for (const name of BOUNDS) {
    if (schema[name] !== undefined) check.whole(Number.MIN_SAFE_INTEGER)(OP, `${place}.${name}`, schema[name]);
  }
  if (BOUNDS.every((name) => schema[name] === undefined)) {
    return type === "integer" ? INTEGER : `${INTEGER}(\\.\\d+)?([eE][+\\-]?\\d+)?`;
  }
  const { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity, exclusiveMaximum = Infinity } = schema;
  const pattern =
    type === "integer"
      ? integersBetween(Math.max(minimum, exclusiveMinimum + 1), Math.min(maximum, exclusiveMaximum - 1))
      : decimalsBetween({
          least: Math.max(minimum, exclusiveMinimum),
          most: Math.min(maximum, exclusiveMaximum),
          isAbove: exclusiveMinimum >= minimum,
          isBelow: exclusiveMaximum <= maximum,
        });
  if (pattern !== undefined) return pattern;
  throw new ValueError(OP, { place }, "no number is within the bounds");
}

function stringPattern({ pattern, minLength, maxLength }: JsonSchema, place: string): string {
  if (minLength !== undefined) check.whole(0)(OP, `${place}.minLength`, minLength);
  if (maxLength !== undefined) check.whole(minLength ?? 0)(OP, `${place}.maxLength`, maxLength);
  if (pattern !== undefined) {
    check.string(OP, `${place}.pattern`, pattern);
    if (minLength !== undefined || maxLength !== undefined) {
      const came = { [place]: pattern };
      throw new ValueError(OP, came, "schema has minLength or maxLength beside pattern, for which there is no pattern");
    }
    return `"(?"${pattern.replace(/^\^/, "").replace(/(?<!\\)\$$/, "")})"`;
  }
  return `"([^"\\\\\\x00-\\x1f]|\\\\["\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}){${minLength ?? 0},${maxLength ?? ""}}"`;
}

function arrayPattern({ items, minItems = 0, maxItems }: JsonSchema, place: string, inside: Inside): string {
  if (items === undefined)
    throw wrongArgument(OP, `${place}.items`, items, "a schema: arrays of anything have no pattern");
  check.whole(0)(OP, `${place}.minItems`, minItems);
  if (maxItems !== undefined) check.whole(minItems)(OP, `${place}.maxItems`, maxItems);
  const item = inside(items, `${place}.items`);
  if (maxItems === 0) return "\\[\\]";
  const more = `(,(${item})){${Math.max(0, minItems - 1)},${maxItems === undefined ? "" : maxItems - 1}}`;
  return minItems === 0 ? `\\[((${item})${more})?\\]` : `\\[(${item})${more}\\]`;
}

function objectPattern({ properties = {}, required }: JsonSchema, place: string, inside: Inside): string {
  check.record(OP, `${place}.properties`, properties);
  if (required !== undefined) check.list(check.string, "an array of names")(OP, `${place}.required`, required);
  const names = Object.keys(properties);
  const missing = required?.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new ValueError(OP, { [place]: missing }, "required has a name that properties do not say anything of");
  }
  // From the last to the first: what may follow with a comma before it, and what may follow at the beginning.
  let [after, first] = ["", ""];
  for (const name of names.toReversed()) {
    const value = inside(properties[name] as JsonSchema, `${place}.properties.${name}`);
    const member = `${literal(place, name)}:(${value})`;
    const isRequired = required === undefined || required.includes(name);
    first = isRequired ? `${member}${after}` : `(${member}${after}${first === "" ? ")?" : `|${first})`}`;
    after = isRequired ? `,${member}${after}` : `(,${member})?${after}`;
  }
  return `\\{${first}\\}`;
}

function literal(place: string, value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  if (text === undefined) throw wrongArgument(OP, place, value, "values that JSON has");
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
