import * as check from "../arguments/checks.ts";
import { named, type Processor, tokensOf } from "./processor.ts";

/**
 * Makes tokens that came before less likely (Keskar et al. 2019): negative values are multiplied by the penalty, positive ones
 * divided. The prompt counts too, as in `transformers`; there it works on logits when sampling, here on log-probabilities.
 * @param penalty above 0; 1 changes nothing
 */
export function repetitionPenalty(penalty: number): Processor {
  check.between(0, Infinity, true)("repetitionPenalty", "penalty", penalty);
  return named(`repetition penalty ${penalty}`, (values, context) => {
    for (const token of new Set(tokensOf(context))) {
      if (token >= values.length) continue;
      const value = values[token] as number;
      values[token] = value < 0 ? value * penalty : value / penalty;
    }
  });
}

/** Subtracts `penalty` from each token that was generated before, however often. */
export function presencePenalty(penalty: number): Processor {
  check.finite("presencePenalty", "penalty", penalty);
  return named(`presence penalty ${penalty}`, (values, { tokens }) => {
    for (const token of new Set(tokens)) values[token] = (values[token] as number) - penalty;
  });
}

/** Subtracts `penalty` from each token, as often as it was generated before. */
export function frequencyPenalty(penalty: number): Processor {
  check.finite("frequencyPenalty", "penalty", penalty);
  return named(`frequency penalty ${penalty}`, (values, { tokens }) => {
    for (const token of tokens) values[token] = (values[token] as number) - penalty;
  });
}
