import {
  asElement,
  type Draw,
  layouts,
  type OpCase,
  type Random,
  type Row,
  table,
  type TableEntry,
} from "@unfoldjs/op-cases";
import type { DType } from "@unfoldjs/tensor-core";
import { between, chance, oneOf } from "../random.ts";
import { knownTo } from "./special.ts";
import { encode } from "../json.ts";
import type { Call, Given } from "./program.ts";
import { madeRow } from "./rows.ts";
import { type Varied, varied } from "./sizes.ts";

/** A result that a further call may take. */
export interface Available {
  readonly from: readonly [call: number, result: number];
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Whether all elements are finite, and no exponential of them is infinite. */
  readonly isTame: boolean;
}

/** Elements that are drawn; larger inputs repeat them. Indices that must ascend are drawn to the end. */
const MOST_DRAWN = 1009;
const MOST_FIXED = 20_000;

/** Attributes that hold functions are said by the row that has them. */
export const OF_ROW = "$row";

/** Elements that formulas forget: both zeros, the infinities, NaN, the least numbers; and those that none can square. */
const SPECIAL = [0, -0, 1, -1, Infinity, -Infinity, NaN, 1e-40, -1e-30, -88, 88];
const SPECIAL_AND_HUGE = [...SPECIAL, 1e20, 3e38];

/** What is drawn: cases, how results are taken up, and elements. */
export interface Taste {
  /** The cases to choose from. */
  readonly entries: readonly TableEntry[];
  /** How often an input takes an earlier result that fits. */
  readonly chained: number;
  /** How often an f32 input holds special elements. */
  readonly special: number;
  /** Rows to choose from. */
  rows(entry: TableEntry): readonly Row[];
}

export const everything: Taste = {
  entries: table,
  chained: 0.7,
  special: 0.03,
  rows: ({ opCase }) => opCase.rows,
};

/** A random call, which takes earlier results where they fit. */
export function drawCall(random: Random, taste: Taste, available: readonly Available[], cap?: number): Call {
  const entry = oneOf(random, taste.entries);
  const rows = taste.rows(entry);
  const row = oneOf(random, rows);
  const made = chance(random, 0.6) ? madeRow(entry.name, random) : undefined;
  const tame = (one: Available): boolean => one.isTame || knownTo(entry.opCase).huge;
  const taken =
    made === undefined && chance(random, taste.chained) ? fitting(random, row, entry, available, tame) : undefined;
  const shapes = made ?? (hangsTogether(row) ? asWritten(row) : varied(row, random, taken?.sizes, cap));
  const attributes = holdsFunction(shapes.attributes)
    ? { [OF_ROW]: entry.opCase.rows.indexOf(row) }
    : shapes.attributes;
  const inputs = shapes.shapes.map((shape, i): Given => {
    const draw = drawOf(row, entry, i);
    const given = {
      shape,
      elements: elementsOf(random, entry, shapes, i, draw, taste),
      layout: chance(random, 0.4) ? "contiguous" : oneOf(random, layouts).name,
    };
    const from =
      taken?.input === i
        ? taken.from
        : available.findLast((one) => tame(one) && chance(random, taste.chained) && isSame(one, shape, draw.dtype))
            ?.from;
    return from === undefined ? given : { ...given, from };
  });
  return { op: entry.name, inputs, attributes };
}

/** Whether attributes say for the reference in numbers what for the call depends on sizes. */
function hangsTogether({ attributes }: Row): boolean {
  return JSON.stringify(attributes ?? "").includes('"same"');
}

function asWritten({ inputs, attributes }: Row): Varied {
  return { shapes: inputs.map((input) => ("draw" in input ? input.shape : input)), attributes };
}

function isSame(one: Available, shape: readonly number[], dtype: DType): boolean {
  return one.dtype === dtype && one.shape.join() === shape.join();
}

function drawOf(row: Row, { opCase }: TableEntry, at: number): Draw {
  const input = row.inputs[at];
  const own = input !== undefined && "draw" in input ? input.draw : opCase.draws[at];
  if (own === undefined) throw new Error("a row has more inputs than its case has draws");
  return own;
}

/** An earlier result that may stand for one of the row's inputs, and the sizes that the row then has. */
function fitting(
  random: Random,
  row: Row,
  entry: TableEntry,
  available: readonly Available[],
  tame: (one: Available) => boolean,
): { input: number; from: Available["from"]; sizes: Map<number, number> } | undefined {
  if (available.length === 0 || row.inputs.length === 0) return undefined;
  const input = between(random, 0, row.inputs.length - 1);
  const one = row.inputs[input];
  const shape = one === undefined || "draw" in one ? one?.shape : one;
  const found = oneOf(random, available);
  if (shape === undefined || !tame(found) || found.shape.length !== shape.length) return undefined;
  if (found.dtype !== drawOf(row, entry, input).dtype) return undefined;
  const sizes = new Map<number, number>();
  for (const [axis, size] of shape.entries()) {
    const wanted = found.shape[axis] ?? 0;
    if ((sizes.get(size) ?? wanted) !== wanted) return undefined;
    sizes.set(size, wanted);
  }
  return { input, from: found.from, sizes };
}

function elementsOf(
  random: Random,
  { opCase, name }: TableEntry,
  { shapes }: Varied,
  at: number,
  draw: Draw,
  taste: Taste,
): number[] {
  const size = (shapes[at] ?? []).reduce((product, length) => product * length, 1);
  const count = Math.min(size, opCase.fixed.length > 0 ? MOST_FIXED : MOST_DRAWN);
  const drawn = draw.draw(count, random);
  // A gradient's kernel is given what its forward kept: a logarithm of a sum is not less than any of its parts.
  const isKept = name.includes("Gradient");
  if (draw.dtype === "f32" && !isKept && chance(random, taste.special)) {
    const special = knownTo(opCase).huge ? SPECIAL_AND_HUGE : SPECIAL;
    return drawn.map((value) => asElement("f32", chance(random, 0.3) ? oneOf(random, special) : value));
  }
  // Indices of a row fit its sizes: in other sizes some of them reach as far as the largest there is.
  const reach = oneOf(random, [...shapes.flat(), Infinity]);
  const isIndex = draw.dtype === "i32" && opCase.fixed.length === 0 && chance(random, 0.5);
  return drawn.map((value) =>
    asElement(draw.dtype, isIndex && Number.isFinite(reach) ? value % Math.max(1, reach) : value),
  );
}

function holdsFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsFunction);
}

/** The attributes that a call means. */
export function attributesOf(opCase: OpCase, { attributes }: Call): unknown {
  if (typeof attributes !== "object" || attributes === null || !(OF_ROW in attributes)) return attributes;
  return opCase.rows[Number(attributes[OF_ROW])]?.attributes;
}

/** The call in one line. */
export function callText({ op, inputs, attributes }: Call): string {
  const shapes = inputs.map(
    ({ shape, layout, from, dtype }) =>
      `${dtype ?? ""}[${shape.join(", ")}]${from === undefined ? (layout === "contiguous" ? "" : ` ${layout}`) : ` of call ${from[0]}`}`,
  );
  return `${op} ${shapes.join(" × ")}${attributes === undefined ? "" : ` ${encode(attributes)}`}`;
}
