import type { LengthRule } from "../length/length-rule.ts";
import type { SelectTopK } from "../select/select-top-k.ts";
import type { StepRecord } from "../trace/trace.ts";
import type { Ending } from "./ending.ts";
import type { PhraseCandidates } from "./phrase-candidates.ts";

/**
 * When a beam search ends before the maximum length.
 * - `"exact"`: when no live hypothesis can still win, whatever its length will be under the rule of length.
 * - `"first"`: with the first finished hypothesis.
 * - `"full"`: with as many finished as the beam is wide.
 * - `"current length"`: as "full", and the best live one, if it ended now, would not be among them.
 * - `"maximum length"`: likewise, if it ended at the maximum length without losing anything.
 * - `"top"`: when the best candidate of a step is a finished one, and there are as many as results are wanted.
 * - `"never"`.
 */
export type EarlyStopping = "exact" | "first" | "full" | "current length" | "maximum length" | "top" | "never";

/** What the beam of a sentence is to do. */
export interface BeamSettings {
  readonly op: string;
  readonly sentence: number;
  readonly width: number;
  readonly nBest: number;
  readonly length: LengthRule;
  /** β of GNMT's coverage penalty; 0: none. */
  readonly coverage: number;
  readonly ending: Ending;
  readonly prefix: readonly number[];
  readonly earlyStopping: EarlyStopping;
  /** Whether a finished hypothesis makes place for the next best candidate, or the beam grows narrower by it. */
  readonly refill: boolean;
  readonly select: SelectTopK | undefined;
  readonly record: ((step: StepRecord) => void) | undefined;
  readonly processors: readonly string[];
  /** Whether the penalties of a diverse beam stay in the score; false if left out. */
  readonly keepPenalties?: boolean;
  /** Chooses among candidates where results must contain phrases. */
  readonly phrases?: PhraseCandidates;
}
