import type { Generator } from "@unfoldjs/tensor-core";

/**
 * Batches, pass by pass: each `for` loop over it is one. `batches` makes one, and so does an array.
 * To resume within a pass, it must give the same batches again from the same state of its generator.
 */
export interface BatchSource<Batch> extends Iterable<Batch> {
  /** Batches in a pass, for the time left. */
  readonly length?: number;
  /** What draws the order of each pass, saved with checkpoints. */
  readonly generator?: Generator | undefined;
}
