/** What became of a candidate: it lives on, it is complete, or it was dropped. */
export type Verdict = "kept" | "finished" | "pruned";

/** One token after one hypothesis, as a step of a search weighed it. */
export interface Candidate {
  /** The number of the hypothesis that it became; −1 if it was pruned. */
  readonly id: number;
  /** The number of the hypothesis that it continues; 0 is the empty one. */
  readonly parent: number;
  readonly token: number;
  /** The sum over the hypothesis and this token. */
  readonly logProbability: number;
  /** The same under the rule of length. */
  readonly score: number;
  readonly verdict: Verdict;
}

/** What one step of a search over one sentence weighed: the best candidates, best first. */
export interface StepRecord {
  readonly sentence: number;
  /** How many tokens the hypotheses had before it. */
  readonly step: number;
  readonly vocabulary: number;
  readonly candidates: readonly Candidate[];
}

/** Every step of a search, as plain data: `JSON.stringify` keeps all of it but −∞. */
export type Trace = readonly StepRecord[];
