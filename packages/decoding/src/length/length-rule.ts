import * as check from "../arguments/checks.ts";
import { checkOptions } from "../arguments/checks.ts";

/**
 * How the log-probability of a hypothesis becomes its score, so that longer ones are not ranked last for being longer alone.
 * `score` must not fall when the log-probability rises and the length stays.
 */
export interface LengthRule {
  readonly name: string;
  /** Whether a stop token counts in `length`. */
  readonly countsEnd: boolean;
  /** @param logProbability the sum over the hypothesis's tokens @param length how many tokens it has; 0 for an output of a stop token that does not count */
  readonly score: (logProbability: number, length: number) => number;
  /**
   * True if the score only rises, or only falls, with the length while the log-probability is held: then the bound for `"exact"`
   * early stopping is found at one of the ends. Without it every length is looked at, or, beyond 10,000, none.
   */
  readonly isMonotone?: boolean;
}

/** Lengths that are looked at one by one, for rules that say nothing of themselves. */
const MANY = 10_000;

/** Whether the stop token counts in a hypothesis's length; it does if left out. */
export interface LengthRuleOptions {
  readonly countEnd?: boolean;
}

/** The log-probability as it is: favours short outputs. */
export function sumRule(): LengthRule {
  return { name: "sum", countsEnd: true, isMonotone: true, score: (logProbability) => logProbability };
}

/**
 * log P ÷ Ty^α, the normalisation of Ng's course and of `transformers` (length_penalty).
 * @param alpha 0: the sum; 1: the mean; 0.7 is usual
 */
export function powerRule(alpha: number, options: LengthRuleOptions = {}): LengthRule {
  check.finite("powerRule", "alpha", alpha);
  return powerOf("powerRule", alpha, options);
}

function powerOf(op: string, alpha: number, options: LengthRuleOptions): LengthRule {
  const countsEnd = countsEndIn(op, options);
  return {
    name: `power ${alpha}`,
    countsEnd,
    isMonotone: true,
    score: (logProbability, length) => logProbability / Math.max(1, length) ** alpha,
  };
}

/** The mean over the tokens: `powerRule(1)`. */
export function meanRule(options: LengthRuleOptions = {}): LengthRule {
  return { ...powerOf("meanRule", 1, options), name: "mean" };
}

/** log P ÷ ((5 + |Y|) ÷ 6)^α (Wu et al. 2016, eq. 14). @param alpha 0.6 … 0.7 is usual */
export function gnmtRule(alpha: number, options: LengthRuleOptions = {}): LengthRule {
  check.finite("gnmtRule", "alpha", alpha);
  const countsEnd = countsEndIn("gnmtRule", options);
  return {
    name: `GNMT ${alpha}`,
    countsEnd,
    isMonotone: true,
    score: (logProbability, length) => logProbability / ((5 + length) / 6) ** alpha,
  };
}

/** log P + γ·|Y| (He et al. 2016). @param reward for each token, in nats; negative ones favour short outputs */
export function wordRewardRule(reward: number, options: LengthRuleOptions = {}): LengthRule {
  check.finite("wordRewardRule", "reward", reward);
  const countsEnd = countsEndIn("wordRewardRule", options);
  return {
    name: `word reward ${reward}`,
    countsEnd,
    isMonotone: true,
    score: (logProbability, length) => logProbability + reward * length,
  };
}

function countsEndIn(op: string, options: LengthRuleOptions): boolean {
  checkOptions<LengthRuleOptions>(op, options, { countEnd: check.boolean });
  return options.countEnd ?? true;
}

/**
 * The best score that a hypothesis may still get: log-probabilities only fall, so it is the best over the lengths that it
 * can end at.
 * @param logProbability what it has now @param least and @param most the lengths, as the rule counts them
 */
export function bestScore(rule: LengthRule, logProbability: number, least: number, most: number): number {
  if (rule.isMonotone === true) return Math.max(rule.score(logProbability, least), rule.score(logProbability, most));
  if (most - least > MANY) return Infinity;
  let best = -Infinity;
  for (let length = least; length <= most; length++) {
    const score = rule.score(logProbability, length);
    if (score > best) best = score;
  }
  return best;
}

/**
 * GNMT's coverage penalty β Σ log min(Σ attention, 1) over the source's positions (Wu et al. 2016, eq. 14): negative while
 * parts of the source were not attended to.
 * @param attended the sum of the attention weights on each position so far
 */
export function coveragePenalty(attended: ArrayLike<number>, beta: number): number {
  check.between(0, Infinity)("coveragePenalty", "beta", beta);
  let sum = 0;
  for (let at = 0; at < attended.length; at++) {
    sum += Math.log(Math.min(1, Math.max(Number.MIN_VALUE, attended[at] as number)));
  }
  return beta * sum;
}
