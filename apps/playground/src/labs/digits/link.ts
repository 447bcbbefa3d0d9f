import { type Field, type Fields, number, optional, readState, writeState } from "../../frame/address.ts";
import { SIDE } from "./centre.ts";
import { TEST_PICTURES } from "./digit-files.ts";
import { type NetworkNumber, numberField } from "./network-number.ts";
import { MOST_STEPS, readRun, type Run, writeRun } from "./run.ts";
import { freeName, nameField } from "./run-names.ts";

/** Runs that are kept side by side. */
export const MOST_RUNS = 4;

/** What is looked at, besides the runs. */
export interface ViewState {
  /** The step of the run's past that is looked at; undefined at its end. */
  readonly at: number | undefined;
  /** The digit whose sample is looked at; undefined if there is a drawing instead, or nothing. */
  readonly sample: number | undefined;
  readonly drawing: Float32Array | undefined;
  /** The place of another of the digits that the network is tried on, if that is looked at. */
  readonly unseen: number | undefined;
  /** The cell of the table of mistakes whose digits are laid out. */
  readonly cell: ConfusionCell | undefined;
  /** The digit whose reasons were asked for. */
  readonly why: number | undefined;
  /** The number that is taken apart. */
  readonly number: NetworkNumber | undefined;
}

/** A run as it is called in the list of runs. */
export interface NamedRun extends Run {
  readonly name: string;
}

/** All that a link holds. */
export interface LinkState {
  /** The run that is looked at. */
  readonly run: NamedRun;
  /** Those beside it. Each has come somewhere: one without a step has nothing to compare. */
  readonly others: readonly NamedRun[];
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

/** Digits that were one and were read as one. */
export interface ConfusionCell {
  readonly was: number;
  readonly read: number;
}

/** In an address: `4.9` are the fours that were read as nines. */
const cell: Pick<Field<ConfusionCell>, "read" | "write"> = {
  read(text) {
    const [, was, read] = /^(\d)\.(\d)$/.exec(text) ?? [];
    return read === undefined ? undefined : { was: Number(was), read: Number(read) };
  },
  write: ({ was, read }) => `${was}.${read}`,
};

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
  unseen: optional(number(0, { min: 0, max: TEST_PICTURES - 1, whole: true })),
  cell: optional(cell),
  why: optional(digit),
  number: optional(numberField),
};

/** A state out of a link, and the names of what was there and made no sense. */
export function readLink(query: URLSearchParams): { state: LinkState; refused: string[] } {
  const own = readNamed(query, []);
  const isBlank = query.get("sample") === NOTHING || query.has("drawing") || query.has("unseen");
  const viewed = new URLSearchParams(query);
  if (isBlank) viewed.delete("sample");
  const { state: view, refused: ofView } = readState(viewFields, viewed);
  const compared = query.getAll("compare").map((text) => new URLSearchParams(text));
  const taken = [own.state.name];
  const others = compared.map((other) => {
    const named = readNamed(other, taken);
    if (named.state.steps > 0) taken.push(named.state.name);
    return named;
  });
  const isNothing = isBlank && !ofView.includes("drawing") && !ofView.includes("unseen");
  return {
    state: {
      run: own.state,
      others: others
        .map(({ state }) => state)
        .filter(({ steps }) => steps > 0)
        .slice(0, MOST_RUNS - 1),
      view: isNothing ? { ...view, sample: undefined } : view,
    },
    refused: [
      ...own.refused,
      ...ofView,
      ...others.flatMap((other) => other.refused),
      ...(compared.length < MOST_RUNS ? [] : ["compare"]),
    ],
  };
}

/** A run by its name; by the first one that is not taken if it has none, or another's. */
function readNamed(query: URLSearchParams, taken: readonly string[]): { state: NamedRun; refused: string[] } {
  const { state, refused } = readRun(query);
  const text = query.get("name");
  const name = text === null ? undefined : nameField.read(text);
  if (name !== undefined && !taken.includes(name)) return { state: { ...state, name }, refused };
  return {
    state: { ...state, name: freeName(taken) },
    refused: text === null ? refused : [...refused, "name"],
  };
}

/** A query that `readLink` makes the same state of. */
export function writeLink({ run, others, view }: LinkState): URLSearchParams {
  const query = writeNamed(run, []);
  const shown = writeState(viewFields, view);
  // There is none beside a drawing or another digit.
  if (view.drawing !== undefined || view.unseen !== undefined) shown.delete("sample");
  for (const [name, text] of shown) query.set(name, text);
  const taken = [run.name];
  for (const other of others.filter(({ steps }) => steps > 0)) {
    query.append("compare", writeNamed(other, taken).toString());
    taken.push(other.name);
  }
  return query;
}

/** Its name is left out where `readNamed` gives it the same. */
function writeNamed({ name, ...run }: NamedRun, taken: readonly string[]): URLSearchParams {
  const query = writeRun({ ...run });
  if (name !== freeName(taken)) query.set("name", nameField.write(name));
  return query;
}
