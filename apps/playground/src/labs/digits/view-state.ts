import { type Field, type Fields, number } from "../../frame/address.ts";
import { SIDE } from "./centre.ts";
import { MOST_STEPS, readRun, type Run, writeRun } from "./run.ts";

/** What is looked at, besides the runs. */
export interface ViewState {
  readonly at: number;
  /** The digit whose sample is looked at, if there is no drawing. */
  readonly sample: number;
  readonly drawing: Float32Array | undefined;
}

/** Shades of grey in an address: a letter holds two pixels' worth of one in eight. */
const SHADES = 8;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const drawing: Field<Float32Array | undefined> = {
  fallback: undefined,
  read(text) {
    const shades = Array.from(text).flatMap((letter) => {
      const code = LETTERS.indexOf(letter);
      return [Math.floor(code / SHADES), code % SHADES];
    });
    if (shades.length !== SIDE * SIDE || shades.some((shade) => shade < 0)) return undefined;
    return Float32Array.from(shades, (shade) => shade / (SHADES - 1));
  },
  write(picture) {
    if (picture === undefined) return "";
    const shades = Array.from(picture, (ink) => Math.round(ink * (SHADES - 1)));
    return Array.from(
      { length: shades.length / 2 },
      (_, i) => LETTERS[SHADES * (shades[2 * i] ?? 0) + (shades[2 * i + 1] ?? 0)],
    ).join("");
  },
};

/** A drawing in the shades of grey that an address holds, so that a link shows the very same. */
export function shaded(picture: Float32Array): Float32Array {
  return picture.map((ink) => Math.round(ink * (SHADES - 1)) / (SHADES - 1));
}

export const viewFields: Fields<ViewState> = {
  at: number(0, { min: 0, max: MOST_STEPS, whole: true }),
  sample: number(7, { min: 0, max: 9, whole: true }),
  drawing,
};

/** The runs beside the current one; each is a query of its own. */
export function readOthers(query: URLSearchParams): { runs: Run[]; refused: string[] } {
  const read = query.getAll("compare").map((text) => readRun(new URLSearchParams(text)));
  return { runs: read.map(({ state }) => state), refused: read.flatMap(({ refused }) => refused) };
}

export function writeOthers(query: URLSearchParams, runs: readonly Run[]): void {
  for (const run of runs) query.append("compare", writeRun(run).toString());
}
