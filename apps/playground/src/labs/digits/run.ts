import { type Field, type Fields, number, oneOf, readState, writeState } from "../../frame/address.ts";

/** What may be changed while a network trains. */
export interface Settings {
  /** Of Adam. */
  readonly lr: number;
  /** Pictures in a step. A change begins a new pass over them. */
  readonly batch: number;
  /** Share of the last layer's inputs that is left out at random while learning. */
  readonly dropout: number;
}

/** Settings that hold from a step on. */
export interface Change extends Partial<Settings> {
  /** Steps done before it. */
  readonly step: number;
}

/** All that decides how a training goes: two runs of the same description have the same curve, bit for bit. */
export interface Run extends Settings {
  /** Of the first convolution; the second has twice as many. */
  readonly filters: number;
  /** Rows and columns of both convolutions' kernels. */
  readonly kernel: number;
  /** Of every random number: first weights, order of the pictures, dropout. */
  readonly seed: number;
  /** Ordered by step. */
  readonly changes: readonly Change[];
  /** How far it has come. */
  readonly steps: number;
}

export const BATCHES = [16, 32, 64, 128, 256] as const;
export const FILTERS = [2, 4, 8, 12, 16] as const;
export const KERNELS = [3, 5, 7] as const;
/** A hundred passes with the largest number of steps. */
export const MOST_STEPS = 75_000;

const settingFields: Fields<Settings> = {
  lr: number(0.002, { min: 1e-5, max: 1 }),
  batch: oneOf<number>(64, BATCHES),
  dropout: number(0.25, { min: 0, max: 0.9 }),
};

/** `120:lr=0.01;200:batch=32` */
const changesField: Field<readonly Change[]> = {
  fallback: [],
  read(text) {
    const changes = text.split(";").map(readChange);
    const isOrdered = changes.every((change, i) => change !== undefined && change.step > (changes[i - 1]?.step ?? 0));
    return isOrdered ? (changes as Change[]) : undefined;
  },
  write: (changes) =>
    changes.map(({ step, ...settings }) => `${step}:${new URLSearchParams(asTexts(settings))}`).join(";"),
};

function readChange(text: string): Change | undefined {
  const [step = "", rest = ""] = text.split(":");
  const query = new URLSearchParams(rest);
  const { state, refused } = readState(settingFields, query);
  const given = Object.entries(state).filter(([name]) => query.has(name));
  if (!/^\d+$/.test(step) || refused.length > 0 || given.length === 0) return undefined;
  return { step: Number(step), ...(Object.fromEntries(given) as Partial<Settings>) };
}

function asTexts(settings: Partial<Settings>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
}

const runFields: Fields<Run> = {
  ...settingFields,
  filters: oneOf<number>(8, FILTERS),
  kernel: oneOf<number>(5, KERNELS),
  seed: number(1, { min: 0, max: 999_999, whole: true }),
  changes: changesField,
  steps: number(0, { min: 0, max: MOST_STEPS, whole: true }),
};

/** A run out of a query. @returns with it the names of what made no sense */
export function readRun(query: URLSearchParams): { state: Run; refused: string[] } {
  return readState(runFields, query);
}

export function writeRun(run: Run): URLSearchParams {
  return writeState(runFields, run);
}

/** The settings that hold once `step` steps are done. */
export function settingsAt({ lr, batch, dropout, changes }: Run, step: number): Settings {
  const settings = { lr, batch, dropout };
  for (const change of changes) {
    if (change.step > step) break;
    settings.lr = change.lr ?? settings.lr;
    settings.batch = change.batch ?? settings.batch;
    settings.dropout = change.dropout ?? settings.dropout;
  }
  return settings;
}

/** The same run up to `step`, and other settings from there on. */
export function changedAt(run: Run, step: number, settings: Partial<Settings>): Run {
  if (step === 0) return { ...run, ...settings, changes: [], steps: 0 };
  const before = run.changes.filter((change) => change.step < step);
  const changes = run.changes.find((change) => change.step === step);
  const now = settingsAt({ ...run, changes: before }, step);
  const wanted = Object.entries({ ...changes, ...settings }).filter(
    ([name, value]) => name !== "step" && now[name as keyof Settings] !== value,
  );
  const change: Change[] = wanted.length === 0 ? [] : [{ step, ...(Object.fromEntries(wanted) as Partial<Settings>) }];
  return { ...run, changes: [...before, ...change], steps: step };
}
