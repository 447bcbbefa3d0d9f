/** What `step` is told beside the tokens. */
export interface StepContext {
  /** How often `step` was called before. */
  readonly step: number;
  /** The sentence of each row: an index among the prompts. */
  readonly sentences: Int32Array;
  /** All tokens of a row so far, its prompt included; the last is `tokens[row]`. For models that keep no state. */
  readonly prefix: (row: number) => Int32Array;
  /** Aborted when the caller gives up, for a `step` that can stop too. */
  readonly signal: AbortSignal | undefined;
}

/** What one step gives. */
export interface StepOutput<State> {
  /** (rows, vocabulary), row after row: the log-probability of each next token. It is read, and neither kept nor changed. */
  readonly logProbabilities: Float32Array;
  /** What the next step needs to know of these rows. */
  readonly state: State;
  /** (rows, source): what was attended to. Needed for a coverage penalty, and handed on with hypotheses. */
  readonly attention?: Float32Array;
}

/**
 * One step of a model for a batch of hypotheses, which are called rows.
 * @param tokens the last token of each row @param state of these rows; it must be left as it is, for a row may go on in two ways
 */
export type Step<State> = (
  tokens: Int32Array,
  state: State,
  context: StepContext,
) => StepOutput<State> | PromiseLike<StepOutput<State>>;

/** What `logProbabilities` holds: a whole distribution, only its likeliest tokens (−∞ elsewhere), or logits. */
export type Values = "log-probabilities" | "partial" | "logits";

/** A model as searches drive it: a network of this library, a session of another one, a server, a table. */
export interface Model<State = undefined> {
  readonly step: Step<State>;
  /** The state before the first step: of one row for each prompt. An array holds one element a row. It is never released. */
  readonly state?: State;
  /**
   * The state of other rows: row i of the result is row `rows[i]` of `state`, which must be left as it is. Not needed for arrays
   * of one element a row, nor without a state.
   */
  readonly reorder?: (state: State, rows: Int32Array) => State;
  /** Called once for each state that `step` or `reorder` made, when it is not needed any more; for each element of an array. */
  readonly release?: (state: State extends readonly (infer Element)[] ? Element : State) => void;
  /** `"log-probabilities"` if left out: looked at in the first step, and refused if they do not add up to 1. */
  readonly values?: Values;
}

/** How long a search may go on. */
export interface Limits {
  /** Ends the search with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Calls of `step` after which the search ends with what it has. */
  readonly maxSteps?: number;
  /** Time after which it ends with what it has. A `step` that has not come back by then is a `BudgetError`. */
  readonly maxMilliseconds?: number;
}
