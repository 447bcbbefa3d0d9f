import type { Random, Row } from "@unfoldjs/op-cases";
import { between, chance, oneOf } from "../random.ts";

/** Sizes that end in the middle of a vector, a block of a product, a row of the crew's parts. */
const ODD = [11, 13, 16, 17, 31, 33, 37, 61];
const LARGE = [64, 65, 127, 128, 129, 257, 1031];

/** Elements of an input of most calls, and of a few. */
const USUAL_CAP = 600;
const LARGE_CAP = 5000;

/** A row's shapes and attributes with other sizes. */
export interface Varied {
  readonly shapes: readonly (readonly number[])[];
  readonly attributes: unknown;
}

/**
 * The row with other sizes. Equal sizes stay equal, since they mostly mean the same axis of the op; so do those in lists of
 * the attributes, which mostly are shapes. What no longer fits together is refused by the op, in words.
 * @param fixed sizes that are given, by those of the row
 */
export function varied(
  row: Pick<Row, "inputs" | "attributes">,
  random: Random,
  fixed: ReadonlyMap<number, number> = new Map(),
  cap: number = chance(random, 0.05) ? LARGE_CAP : USUAL_CAP,
): Varied {
  const shapes = row.inputs.map((input) => ("draw" in input ? input.shape : input));
  const sizes = new Map(fixed);
  for (const size of shapes.flat()) if (!sizes.has(size)) sizes.set(size, drawSize(random, size));
  const count = (shape: readonly number[]): number =>
    shape.reduce((product, size) => product * (sizes.get(size) ?? size), 1);
  const free = [...sizes.keys()].filter((size) => !fixed.has(size));
  while (free.length > 0 && shapes.some((shape) => count(shape) > cap)) {
    const largest = free.reduce((most, size) => ((sizes.get(size) ?? 0) > (sizes.get(most) ?? 0) ? size : most));
    if ((sizes.get(largest) ?? 0) < 2) break;
    sizes.set(largest, Math.floor((sizes.get(largest) ?? 0) / 2));
  }
  const inLists = chance(random, 0.8);
  const varyShape = (shape: readonly number[]): number[] => shape.map((size) => sizes.get(size) ?? size);
  const one = {
    shapes: shapes.map(varyShape),
    attributes: inLists ? attributesWith(row.attributes, sizes) : row.attributes,
  };
  return chance(random, 0.15) ? scaled(one, random) : one;
}

function drawSize(random: Random, size: number): number {
  const die = random();
  if (die < 0.3) return size;
  if (die < 0.42) return 1;
  if (die < 0.49) return 0;
  if (die < 0.8) return between(random, 2, 9);
  return oneOf(random, die < 0.95 ? ODD : LARGE);
}

/** Sizes of lists, such as the shape that a tensor is to have; axes and steps are single numbers or small. */
function attributesWith(value: unknown, sizes: ReadonlyMap<number, number>): unknown {
  if (Array.isArray(value)) {
    return value.map((one: unknown) =>
      typeof one === "number" ? (sizes.get(one) ?? one) : attributesWith(one, sizes),
    );
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, NOT_SIZES.has(key) ? field : attributesWith(field, sizes)]),
  );
}

const NOT_SIZES: ReadonlySet<string> = new Set(["axes", "order", "margins", "options", "sliding", "windows"]);

/** One axis of an input, and one number of a list of the attributes, made as many times longer: what reshapes need. */
function scaled({ shapes, attributes }: Varied, random: Random): Varied {
  const factor = between(random, 2, 5);
  const input = between(random, 0, shapes.length - 1);
  const rank = shapes[input]?.length ?? 0;
  if (rank === 0) return { shapes, attributes };
  const axis = between(random, 0, rank - 1);
  return {
    shapes: shapes.map((shape, at) => (at === input ? shape.with(axis, (shape[axis] ?? 1) * factor) : shape)),
    attributes: firstListScaled(attributes, factor, random),
  };
}

function firstListScaled(attributes: unknown, factor: number, random: Random): unknown {
  if (typeof attributes !== "object" || attributes === null) return attributes;
  return Object.fromEntries(
    Object.entries(attributes).map(([key, field]: [string, unknown]) => {
      if (!Array.isArray(field) || NOT_SIZES.has(key) || field.length === 0 || typeof field[0] !== "number") {
        return [key, field];
      }
      const at = between(random, 0, field.length - 1);
      return [key, (field as number[]).map((size, i) => (i === at ? size * factor : size))];
    }),
  );
}
