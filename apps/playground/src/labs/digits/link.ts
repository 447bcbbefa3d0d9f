import { type Field, type Fields, number, optional, readState, writeState } from "../../frame/address.ts";
import { SIDE } from "./centre.ts";
import { type NetworkNumber, numberField } from "./network-number.ts";
import { MOST_STEPS, readRun, type Run, writeRun } from "./run.ts";

/** Runs that are kept side by side. */
export const MOST_RUNS = 4;

/** What is looked at, besides the runs. */
export interface ViewState {
  /** The step of the run's past that is looked at; undefined at its end. */
  readonly at: number | undefined;
  /** The digit whose sample is looked at; undefined if there is a drawing instead, or nothing. */
  readonly sample: number | undefined;
  readonly drawing: Float32Array | undefined;
  /** The digit whose reasons were asked for. */
  readonly why: number | undefined;
  /** The number that is taken apart. */
  readonly number: NetworkNumber | undefined;
}

/** All that a link holds. */
export interface LinkState {
  /** The run that is looked at. */
  readonly run: Run;
  /** Those beside it. */
  readonly others: readonly Run[];
  readonly view: ViewState;
}

/** Shades of grey in an address: a letter holds two pixels' worth of one in eight. */
const SHADES = 8;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const drawing = optional<Float32Array>({
  read(text) {
    const shades = Array.from(text).flatMap((letter) => {
      const code = LETTERS.indexOf(letter);
      return [Math.floor(code / SHADES), code % SHADES];
    });
    if (shades.length !== SIDE * SIDE || shades.some((shade) => shade < 0)) return undefined;
    return Float32Array.from(shades, (shade) => shade / (SHADES - 1));
  },
  write(picture) {
    const shades = Array.from(picture, (ink) => Math.round(ink * (SHADES - 1)));
    return Array.from(
      { length: shades.length / 2 },
      (_, i) => LETTERS[SHADES * (shades[2 * i] ?? 0) + (shades[2 * i + 1] ?? 0)],
    ).join("");
  },
});

/** A drawing in the shades of grey that an address holds, so that a link shows the very same. */
export function shaded(picture: Float32Array): Float32Array {
  return picture.map((ink) => Math.round(ink * (SHADES - 1)) / (SHADES - 1));
}

const digit = number(7, { min: 0, max: 9, whole: true });
const NOTHING = "none";
const sample: Field<number | undefined> = {
  fallback: digit.fallback,
  read: (text) => digit.read(text),
  write: (label) => (label === undefined ? NOTHING : digit.write(label)),
};

const viewFields: Fields<ViewState> = {
  at: optional(number(0, { min: 0, max: MOST_STEPS, whole: true })),
  sample,
  drawing,
  why: optional(digit),
  number: optional(numberField),
};

/** A state out of a link, and the names of what was there and made no sense. */
export function readLink(query: URLSearchParams): { state: LinkState; refused: string[] } {
  const { state: run, refused } = readRun(query);
  const isBlank = query.get("sample") === NOTHING || query.has("drawing");
  const viewed = new URLSearchParams(query);
  if (isBlank) viewed.delete("sample");
  const { state: view, refused: ofView } = readState(viewFields, viewed);
  const compared = query.getAll("compare").map((text) => readRun(new URLSearchParams(text)));
  const isNothing = isBlank && !ofView.includes("drawing");
  return {
    state: {
      run,
      others: compared.slice(0, MOST_RUNS - 1).map(({ state }) => state),
      view: isNothing ? { ...view, sample: undefined } : view,
    },
    refused: [
      ...refused,
      ...ofView,
      ...compared.flatMap((other) => other.refused),
      ...(compared.length < MOST_RUNS ? [] : ["compare"]),
    ],
  };
}

/** A query that `readLink` makes the same state of. */
export function writeLink({ run, others, view }: LinkState): URLSearchParams {
  const query = writeRun(run);
  const shown = writeState(viewFields, view);
  if (view.drawing !== undefined) shown.delete("sample"); // there is none beside a drawing
  for (const [name, text] of shown) query.set(name, text);
  for (const other of others) query.append("compare", writeRun(other).toString());
  return query;
}
