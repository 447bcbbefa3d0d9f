import { bestScore } from "../length/length-rule.ts";
import type { BeamSettings } from "./beam-settings.ts";
import type { FinishedList } from "./finished.ts";

/** How a beam stands after a step. */
interface Standing {
  readonly finished: FinishedList;
  /** The best sum of log-probabilities that is alive. */
  readonly best: number;
  /** How many tokens live hypotheses have. */
  readonly tokens: number;
  /** Whether the best candidate of the step was one that ended. */
  readonly isTopEnded: boolean;
}

/** Whether the rule of early stopping ends a search. */
export function isDecided(settings: BeamSettings, { finished, best, tokens, isTopEnded }: Standing): boolean {
  const { earlyStopping, width, nBest, length, ending } = settings;
  switch (earlyStopping) {
    case "never":
      return false;
    case "first":
      return finished.size > 0;
    case "full":
      return finished.size >= width;
    case "top":
      return isTopEnded && finished.size >= nBest;
    case "current length":
      return finished.size >= width && length.score(best, tokens) <= finished.scoreOf(width - 1);
    case "maximum length":
      return finished.size >= width && length.score(best, ending.maxLength) <= finished.scoreOf(width - 1);
    default: {
      // "exact"
      if (finished.size < nBest) return false;
      // The next token may be a stop token that is not counted. Coverage penalties are never positive.
      const least = length.countsEnd ? tokens + 1 : tokens;
      return bestScore(length, best, least, ending.maxLength) <= finished.scoreOf(nBest - 1);
    }
  }
}
