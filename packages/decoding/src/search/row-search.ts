import type { Hypothesis } from "../hypotheses/hypothesis.ts";
import type { Candidates } from "../select/candidates.ts";

/** The log-probabilities of one sentence's rows, after the processors. */
export interface SentenceRows {
  readonly vocabulary: number;
  /** Of one row, valid until the next row is asked for. */
  readonly row: (row: number) => Float32Array;
  /** The tokens of one row that are possible, valid until the next row is asked for. @throws what `nan` gives, if there is one */
  readonly possible: (row: number) => Candidates;
  /** As the model gave them. */
  readonly raw: (row: number) => Float32Array;
  readonly attention: (row: number) => Float32Array | undefined;
  /** The processor after which no token of a row is possible any more, if there is one. */
  readonly forbiddenBy: (row: number) => string | undefined;
  /** The error for a row that holds NaN or +∞. */
  readonly nan: (row: number, token: number) => Error;
}

/** A search over the hypotheses of one sentence, as the driver steps it: it is handed log-probabilities and says what comes next. */
export interface RowSearch {
  /** How many hypotheses want a step: one before the first, none when the search has ended. */
  readonly rows: number;
  /** The last token of a row, once there is one. */
  readonly token: (row: number) => number;
  /** The tokens generated for a row. */
  readonly tokens: (row: number) => Int32Array;
  /**
   * Goes one step on.
   * @returns for each row of the next step, the row of this one that it continues
   */
  readonly advance: (rows: SentenceRows) => Int32Array;
  /** Ends the search now: what is alive becomes a result, `ended: "budget"`. */
  readonly cut: () => void;
  readonly finished: () => readonly Hypothesis[];
  /** The tokens that all results will begin with, as far as that is known. */
  readonly agreed: () => Int32Array;
}
