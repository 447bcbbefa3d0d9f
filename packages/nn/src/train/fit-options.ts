import type { Generator } from "@unfoldjs/tensor-core";
import type { Optimizer } from "../optimise/optimizer.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { Callback } from "./callback.ts";
import type { Task } from "./task.ts";

/** What to learn, and how long. */
export interface FitOptions<Batch, Output> extends Task<Batch, Output> {
  /** Passes over the data. */
  readonly epochs: number;
  readonly optimizer: Optimizer;
  /** A pass over it, without learning, follows each epoch. */
  readonly validation?: Iterable<Batch>;
  /** What the learning rate is multiplied by at each step. */
  readonly schedule?: Schedule;
  /** Shortens gradients that are longer; see `clipGradNorm`. */
  readonly clipNorm?: number;
  readonly callbacks?: readonly Callback[];
  /** Ends training between two steps. */
  readonly signal?: AbortSignal;
  /** A checkpoint to go on from, as `run.checkpoint()` made it, with the same model, data and options. */
  readonly resume?: Uint8Array;
  /** Random number generators beside those of the model, the data and the default one, to be saved with checkpoints. */
  readonly generators?: Readonly<Record<string, Generator>>;
}
