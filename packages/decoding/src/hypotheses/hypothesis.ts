/** Why a hypothesis goes on no further. `"budget"`: a budget of steps or time ran out first. */
export type Ended = "stop token" | "stop sequence" | "length" | "budget";

/** One output that a search found. */
export interface Hypothesis {
  /** What was generated, the stop token or sequence included; the prompt is not. */
  readonly tokens: Int32Array;
  /** The sum over its tokens, after the processors that the search had. */
  readonly logProbability: number;
  /** The log-probability of each token. */
  readonly tokenLogProbabilities: Float64Array;
  /** What hypotheses are ranked by: the log-probability under the search's rule of length. */
  readonly score: number;
  readonly ended: Ended;
  /** What the model attended to for each token, where its `step` says so: one row of weights a token. */
  readonly attention?: readonly Float32Array[];
}

/** What a search found for one sentence. */
export interface SentenceResult {
  /** Best first; as many as were asked for, or all that there are. */
  readonly hypotheses: readonly Hypothesis[];
}

/** What a search found for a batch. */
export interface DecodeResult {
  /** One for each prompt, in the order of the prompts. */
  readonly sentences: readonly SentenceResult[];
  /** How often `step` was called. */
  readonly steps: number;
  /** How many rows all calls of `step` had together: what the model was asked to do. */
  readonly rows: number;
  /** True if a budget ended the search; hypotheses that were alive then are `ended: "budget"`. */
  readonly isCut: boolean;
  /** The processors in the order in which they ran. */
  readonly processors: readonly string[];
}
