import type { Field } from "../../frame/address.ts";
import type { Cell } from "../../look/cell.ts";
import { type Kernel, kernelNamed, SIDE } from "./kernels.ts";
import { weightOf, weightText } from "./weights.ts";

/** Rows and columns of the picture, and of what comes out. */
export const PICTURE_SIDE = 6;
export const OUTPUT_SIDE = PICTURE_SIDE - SIDE + 1;

export const CHANNELS = ["red", "green", "blue"] as const;

/** What a channel has where it is lit. */
export const LIT = 10;

/** A filter's numbers: a kernel for each channel. (3, 3, 3), channel by channel, row by row */
export type Filter = readonly number[];

/** Two filters, of which each makes a plane. */
export type Filters = readonly [first: Filter, second: Filter];

const [vertical, horizontal] = [kernelNamed("prewitt.vertical"), kernelNamed("prewitt.horizontal")];
const DARK = vertical.map(() => 0);

/** The notes' filters: the same kernel on every channel, or on red alone, which then finds edges in nothing else. */
export const FILTER_EXAMPLES = {
  every: [
    [...vertical, ...vertical, ...vertical],
    [...horizontal, ...horizontal, ...horizontal],
  ],
  red: [
    [...vertical, ...DARK, ...DARK],
    [...horizontal, ...DARK, ...DARK],
  ],
} as const satisfies Readonly<Record<string, Filters>>;

export type FilterExample = keyof typeof FILTER_EXAMPLES;

const FILTER_COUNT = 2;

/** A filter's kernel on one channel. */
export function kernelOf(filter: Filter, channel: number): Kernel {
  return filter.slice(channel * SIDE ** 2, (channel + 1) * SIDE ** 2);
}

/** The filters with another kernel in one place. */
export function withKernel(filters: Filters, filter: number, channel: number, kernel: Kernel): Filters {
  const changed = (own: Filter, i: number): Filter =>
    i === filter ? own.toSpliced(channel * SIDE ** 2, SIDE ** 2, ...kernel) : own;
  return [changed(filters[0], 0), changed(filters[1], 1)];
}

/** The example that these filters are, if they are one. */
export function exampleOf(filters: Filters): FilterExample | undefined {
  const names = Object.keys(FILTER_EXAMPLES) as FilterExample[];
  return names.find((name) => String(FILTER_EXAMPLES[name]) === String(filters));
}

/** In an address: an example's name, or twice 27 numbers. */
export const filtersField: Field<Filters> = {
  fallback: FILTER_EXAMPLES.every,
  read(text) {
    const example = (Object.keys(FILTER_EXAMPLES) as FilterExample[]).find((name) => name === text);
    if (example !== undefined) return FILTER_EXAMPLES[example];
    const [first, second, ...more] = text.split(";").map(readFilter);
    return first === undefined || second === undefined || more.length > 0 ? undefined : [first, second];
  },
  write: (filters) =>
    exampleOf(filters) ??
    filters.map((filter) => filter.map((weight) => weightText(weight).replace("−", "-")).join(",")).join(";"),
};

function readFilter(text: string): Filter | undefined {
  const weights = text.split(",").map(weightOf);
  const isWhole = weights.length === CHANNELS.length * SIDE ** 2;
  return isWhole && weights.every((weight) => weight !== undefined) ? weights : undefined;
}

/** How many numbers come out, and so how many steps there are. */
export const STEPS = FILTER_COUNT * OUTPUT_SIDE ** 2;

/** What a step computes: the first filter goes over the whole picture, then the second. */
export function placeOf(step: number): Cell & { readonly filter: number } {
  const within = step % OUTPUT_SIDE ** 2;
  return {
    filter: Math.floor(step / OUTPUT_SIDE ** 2),
    row: Math.floor(within / OUTPUT_SIDE),
    column: within % OUTPUT_SIDE,
  };
}

/** The step that computes a number. */
export function stepAt(filter: number, { row, column }: Cell): number {
  return filter * OUTPUT_SIDE ** 2 + row * OUTPUT_SIDE + column;
}

/** A picture as the address has it: a digit for each pixel, 4 for red, 2 for green and 1 for blue, added up. */
export type Colours = string;

export const EXAMPLES = {
  step: "777000".repeat(6),
  square: ["111111", "166661", "166661", "166661", "166661", "111111"].join(""),
  flag: ["666666", "666666", "222222", "222222", "444444", "444444"].join(""),
} as const satisfies Readonly<Record<string, Colours>>;

export type Example = keyof typeof EXAMPLES;

export const coloursField: Field<Colours> = {
  fallback: EXAMPLES.square,
  read: (text) => (/^[0-7]{36}$/.test(text) ? text : undefined),
  write: String,
};

/** One channel of a picture, row by row. */
export function channelOf(colours: Colours, channel: number): number[] {
  const bit = 1 << (CHANNELS.length - 1 - channel);
  return Array.from(colours, (digit) => ((Number(digit) & bit) === 0 ? 0 : LIT));
}
