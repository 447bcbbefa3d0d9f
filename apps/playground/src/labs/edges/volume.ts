import type { Field } from "../../frame/address.ts";
import type { Cell } from "../../look/cell.ts";
import { kernelNamed, SIDE } from "./kernels.ts";

/** Rows and columns of the picture, and of what comes out. */
export const PICTURE_SIDE = 6;
export const OUTPUT_SIDE = PICTURE_SIDE - SIDE + 1;

export const CHANNELS = ["red", "green", "blue"] as const;

/** What a channel has where it is lit. */
export const LIT = 10;

/** Two filters of three channels each: the same kernel on every channel. (3, 3) each, row by row */
export const FILTERS = [
  { form: "vertical", kernel: kernelNamed("prewitt.vertical") },
  { form: "horizontal", kernel: kernelNamed("prewitt.horizontal") },
] as const;

/** How many numbers come out, and so how many steps there are. */
export const STEPS = FILTERS.length * OUTPUT_SIDE ** 2;

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
