import {
  type DType,
  type Evidence,
  FormatError,
  isTensor,
  type Shape,
  type Tensor,
  UnfoldError,
} from "@unfoldjs/tensor-core";
import type { Parameter } from "../module/parameter.ts";
import { assertState, isRecord, type Json, type State } from "../state/state.ts";
import { assertFitting, assertKnown, type Group } from "./groups.ts";

/** What a saved state has to fit to. */
export interface OwnParts<Settings> {
  readonly name: string;
  readonly groups: readonly Group<Settings>[];
  readonly defaults: Settings;
  /** Names of the tensors that are remembered of each parameter. */
  slots(settings: Settings): readonly string[];
  /** @throws ValueError */
  assertSettings(settings: Settings): void;
}

/** What is remembered of a parameter, in the state's own tensors. */
export interface SavedMemory {
  readonly updates: number;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** A state of which every part was looked at. */
export interface SavedState<Settings> {
  /** Settings of each group. */
  readonly settings: readonly Settings[];
  readonly memories: ReadonlyMap<Parameter, SavedMemory>;
  readonly learningRateFactor: number;
}

/** @throws FormatError, before anything is changed, on what cannot be the state of this optimiser */
export function readState<Settings extends object>(state: State, own: OwnParts<Settings>): SavedState<Settings> {
  assertState("loadState", state);
  const { values, tensors } = state;
  const settings = readSettings(values, own);
  const { learningRateFactor = 1, updates = {} } = values;
  if (typeof learningRateFactor !== "number" || !(learningRateFactor >= 0 && learningRateFactor < Infinity)) {
    throw unfit({ learningRateFactor: shown(learningRateFactor) }, "the factor must be a number from 0 up");
  }
  if (!isRecord(updates)) throw unfit({ updates: shown(updates) }, "the number of updates is said for each parameter");
  return { settings, memories: readMemories(updates, tensors, settings, own), learningRateFactor };
}

function readSettings<Settings extends object>(values: State["values"], own: OwnParts<Settings>): Settings[] {
  const { optimizer, groups } = values;
  const saved = (Array.isArray(groups) ? groups : []) as readonly Json[];
  const records = saved.map((group) => (isRecord(group) ? group : {}));
  const sizes = records.map(({ parameters }) => shown(parameters));
  const ownSizes = own.groups.map(({ parameters }) => parameters.length);
  if (optimizer !== own.name || sizes.join() !== ownSizes.join()) {
    throw new FormatError(
      "loadState",
      {
        saved: `${shown(optimizer)} of ${sizes.join(" + ")} parameters`,
        own: `"${own.name}" of ${ownSizes.join(" + ")} parameters`,
      },
      "the state is that of another optimiser, or of other parameter groups",
      "build the optimiser as it was when the state was saved",
    );
  }
  return records.map(({ parameters: _count, ...came }, i) => {
    // A setting that the library got later than the state is as it is here.
    const settings: Settings = { ...(own.groups[i] as Settings), ...came };
    refusing({ group: i }, () => {
      assertKnown("loadState", came, own.defaults);
      assertFitting("loadState", settings, own.defaults);
      own.assertSettings(settings);
    });
    return settings;
  });
}

function readMemories<Settings extends object>(
  updates: Readonly<Record<string, Json>>,
  tensors: State["tensors"],
  settings: readonly Settings[],
  own: OwnParts<Settings>,
): ReadonlyMap<Parameter, SavedMemory> {
  const places = own.groups.flatMap(({ parameters }, group) => parameters.map((parameter) => ({ parameter, group })));
  const memories = new Map<Parameter, SavedMemory>();
  for (const [at, count] of Object.entries(updates)) {
    const place = /^\d+$/.test(at) ? places[Number(at)] : undefined;
    if (place === undefined) {
      throw unfit({ parameter: at, parameters: places.length }, "the state remembers a parameter that is not there");
    }
    if (!(typeof count === "number" && Number.isInteger(count) && count >= 0 && count < 2 ** 32)) {
      throw unfit({ parameter: at, updates: shown(count) }, "a number of updates is a whole one from 0 up");
    }
    const slots = own.slots(settings[place.group] as Settings);
    const remembered = slots.map((slot) => [slot, fitting(`${at}.${slot}`, tensors, place.parameter)] as const);
    memories.set(place.parameter, { updates: count, tensors: Object.fromEntries(remembered) });
  }
  return memories;
}

function fitting(name: string, tensors: State["tensors"], { shape }: Parameter): Tensor {
  const came: Tensor<Shape, DType> | undefined = tensors[name];
  if (!isTensor(came) || came.dtype !== "f32" || came.shape.join() !== shape.join()) {
    throw unfit(
      { tensor: name, wanted: shape, came: isTensor(came) ? came.shape : "nothing" },
      "the state does not fit the parameters",
    );
  }
  came.assertLive("loadState");
  return came as Tensor;
}

/** Runs a check of settings; what it refuses is a fault of the state. */
function refusing(evidence: Record<string, Evidence>, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof UnfoldError)) throw error;
    throw unfit({ ...evidence, ...error.came }, error.rule);
  }
}

function unfit(evidence: Record<string, Evidence>, rule: string): FormatError {
  return new FormatError("loadState", evidence, `${rule}; nothing was changed`);
}

function shown(value: Json | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
