import type { Random } from "@unfoldjs/op-cases";
import type { DType } from "@unfoldjs/tensor-core";
import type { Part } from "../part.ts";
import { between, chance, oneOf } from "../random.ts";
import { type Available, drawCall, everything, OF_ROW, type Taste } from "./draw.ts";
import { type Call, type Given, type Program, withoutFrom } from "./program.ts";
import { valuesPart } from "./values.ts";

/** In place of a number that means something: what is none, what is no size, what no memory holds. */
const WRONG: readonly unknown[] = [
  NaN,
  Infinity,
  -Infinity,
  -1,
  -7,
  0,
  0.5,
  1.5,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 32 + 1,
  1e10,
  2 ** 53,
  1e300,
  "3",
  "",
  null,
  undefined,
  true,
  3n,
  [],
  [1],
  {},
];
const DTYPES: readonly DType[] = ["f32", "i32", "u8", "bool", "f16", "bf16", "i8"];

/** A call of which something is wrong: it must be refused in words, or be harmless. */
function drawDamaged(random: Random, taste: Taste, available: readonly Available[]): Call {
  const call = drawCall(random, taste, available, 200);
  const isDamaged = chance(random, 0.8);
  if (!isDamaged) return call;
  const inAttributes = isRecord(call.attributes) && (call.inputs.length === 0 || chance(random, 0.7));
  if (inAttributes) return { ...call, attributes: damaged(random, call.attributes, true), isDamaged };
  if (call.inputs.length === 0) return call;
  const at = between(random, 0, call.inputs.length - 1);
  return { ...call, inputs: call.inputs.with(at, damagedInput(random, call.inputs[at] as Given)), isDamaged };
}

/** Attributes by name: what a call is given as a whole is made by the case. */
function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !(OF_ROW in value) && Object.keys(value).length > 0;
}

function damagedInput(random: Random, input: Given): Given {
  const given = withoutFrom(input);
  if (chance(random, 0.3)) return { ...given, dtype: oneOf(random, DTYPES) };
  const rank = given.shape.length;
  const axis = between(random, 0, Math.max(0, rank - 1));
  const shape = oneOf(random, [
    [...given.shape, 1],
    [1, ...given.shape],
    given.shape.slice(1),
    given.shape.slice(0, -1),
    [],
    [0],
    given.shape.map((size, at) => (at === axis ? size + 1 : size)),
    given.shape.map((size, at) => (at === axis ? 0 : size)),
    given.shape.toReversed(),
  ]);
  return { ...given, shape, elements: given.elements.length === 0 ? [1] : given.elements };
}

/** The value with one thing in it replaced. */
function damaged(random: Random, value: unknown, isWhole = false): unknown {
  const fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (fields.length === 0 || (!isWhole && chance(random, 0.1))) return oneOf(random, WRONG);
  const [key] = oneOf(random, fields);
  if (Array.isArray(value)) {
    if (chance(random, 0.2)) return [...value, oneOf(random, WRONG)];
    return value.map((one: unknown, at) => (String(at) === key ? damaged(random, one) : one));
  }
  return Object.fromEntries(fields.map(([name, field]) => [name, name === key ? damaged(random, field) : field]));
}

export const damage: Part<Program> = valuesPart("damage", { ...everything, chained: 0.2 }, drawDamaged);
