/** What a step of a model gives: see `StepModel`. */
export interface StepResult<State> {
  /** (rows, vocabulary), row after row: the log-probability of each next token. */
  readonly logProbabilities: Float32Array;
  /** What the next step needs to know of these rows. */
  readonly state: State;
}

/**
 * A model that goes on token by token, as the searches of @unfoldjs/decoding take it: plain numbers out, and states whose rows can
 * be dropped, doubled and reordered.
 */
export interface StepModel<State> {
  /** Before the first step: one row for each sentence. */
  readonly state: State;
  /** @param tokens the last token of each row @param state of these rows, which is left as it is */
  readonly step: (tokens: Int32Array, state: State) => StepResult<State>;
  /** The state of other rows: row i is row `rows[i]` of `state`, which is left as it is. */
  readonly reorder: (state: State, rows: Int32Array) => State;
  /** Gives the memory of a state back that `step` or `reorder` made. */
  readonly release: (state: State) => void;
}
