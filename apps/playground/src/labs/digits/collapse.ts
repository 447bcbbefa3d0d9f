import { settingsAt, type Run } from "./run.ts";
import type { Evaluation } from "./inspect.ts";
import { MILESTONE_EVERY } from "./report.ts";

/** A run as far as it has come. */
interface Course {
  readonly run: Run;
  readonly milestones: readonly (Evaluation & { readonly step: number })[];
}

/** Of all digits that a network takes for one and the same, from when on it tells none apart. */
const NEARLY_ALL = 0.99;
/** An accuracy worth going back to: five times that of guessing. */
const GOOD = 0.5;
/** Adam's usual rate is 0.001; from ten times that on, steps are known to kill ReLUs. */
const LARGE_RATE = 0.01;

/**
 * The digit that a network reads into everything since a stretch of steps, and not because it has only begun: it has read better, or
 * its steps are large. Its ReLUs then give 0 for every picture, and so have no gradient to come back by (Lu et al. 2020).
 */
export function collapsedTo({ run, milestones }: Course): number | undefined {
  const last = milestones.at(-1);
  // Not at the very beginning, where networks have one answer for all until they have learned another.
  const before = milestones.findLast(
    ({ step }) => step >= MILESTONE_EVERY && step <= (last?.step ?? 0) - MILESTONE_EVERY,
  );
  if (before === undefined || last === undefined) return undefined;
  const digit = onlyAnswer(last);
  if (digit === undefined || onlyAnswer(before) === undefined) return undefined;
  const wasBetter = milestones.some(({ accuracy }) => accuracy >= GOOD);
  return wasBetter || settingsAt(run, last.step).lr >= LARGE_RATE ? digit : undefined;
}

/** The step at which a run read most digits, if those were many. */
export function bestStep({ milestones }: Course): number | undefined {
  const good = milestones.filter(({ accuracy }) => accuracy >= GOOD);
  return good.toSorted((a, b) => b.accuracy - a.accuracy)[0]?.step;
}

function onlyAnswer({ confusion }: Evaluation): number | undefined {
  const read = confusion.map((_, digit) => confusion.reduce((sum, row) => sum + (row[digit] ?? 0), 0));
  const all = read.reduce((sum, n) => sum + n, 0);
  const digit = read.findIndex((n) => n >= NEARLY_ALL * all);
  return digit === -1 ? undefined : digit;
}
