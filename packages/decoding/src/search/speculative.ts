import * as check from "../arguments/checks.ts";
import type { Hypothesis } from "../hypotheses/hypothesis.ts";
import { Guard } from "../model/guard.ts";
import { Stepper } from "../model/stepper.ts";
import { awaitedTokens } from "./ending.ts";
import { Follower } from "./follower.ts";
import { model as modelCheck, checkSearch } from "./request.ts";
import { Speculation, type SpeculativeOptions } from "./speculation.ts";

/** What speculative sampling drew. */
export interface SpeculativeResult {
  /** One for each prompt; log-probabilities are those of `model`. */
  readonly hypotheses: readonly Hypothesis[];
  /** Calls of `model`'s step, and of the draft's. */
  readonly steps: number;
  readonly draftSteps: number;
  /** Tokens of the draft that were taken, of those that were looked at. */
  readonly accepted: number;
  readonly drafted: number;
}

/**
 * Speculative sampling (Leviathan et al. 2023; Chen et al. 2023): a draft model proposes some tokens, one step of the model looks at
 * all of them, and takes as many as it would have drawn. The outputs have the distribution of plain sampling from `model` under the
 * processors, which hold for both models, whatever the draft is; a good one saves steps.
 * @throws as `sample` does; ModelError if the vocabularies differ
 */
export async function speculativeSample<State = undefined, DraftState = undefined>(
  options: SpeculativeOptions<State, DraftState>,
): Promise<SpeculativeResult> {
  const op = "speculativeSample";
  checkSearch(
    op,
    options as never,
    { draft: modelCheck, ahead: check.whole(1, 1000), seed: check.finite },
    "draft",
    "seed",
  );
  const guard = new Guard(op, options);
  const ends = awaitedTokens(options);
  const [target, draft] = [new Stepper(op, options.model, guard, ends), new Stepper(op, options.draft, guard, ends)];
  const counts = { accepted: 0, drafted: 0 };
  const hypotheses: Hypothesis[] = [];
  const { length } = options.prompts;
  for (const sentence of options.prompts.keys()) {
    const followers = [new Follower(target, sentence, length), new Follower(draft, sentence, length)] as const;
    try {
      const speculation = new Speculation(op, options, sentence, ...followers, guard, counts);
      hypotheses.push(await speculation.run(() => target.steps));
    } finally {
      for (const follower of followers) follower.end();
    }
  }
  return { hypotheses, steps: target.steps, draftSteps: draft.steps, ...counts };
}
