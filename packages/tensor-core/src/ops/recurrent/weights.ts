import { assertRecord } from "../../arguments/checks.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";

/** The weights of a recurrent net, all gates one below the other, in PyTorch's order (r, z, n; i, f, g, o). */
export interface RecurrentWeights {
  /** (gates · hidden, the features of x) */
  readonly weightIh: Tensor<Shape>;
  /** (gates · hidden, hidden) */
  readonly weightHh: Tensor<Shape>;
  /** (gates · hidden) */
  readonly biasIh?: Tensor<Shape> | undefined;
  /** (gates · hidden), added to `biasIh` but for the n of a GRU that resets after. */
  readonly biasHh?: Tensor<Shape> | undefined;
}

/** What a whole sequence can be told beside its weights. */
export interface SequenceOptions {
  /** The state before the first step, (batch, hidden). Zeros if absent. */
  readonly h0?: Tensor<Shape> | undefined;
  /**
   * How many steps of each sequence count, (batch): 0 to the time of x. Outputs beyond are 0, the last state is that at the
   * length, and what x holds beyond is never used.
   */
  readonly lengths?: Tensor<Shape, "i32"> | undefined;
  /** From the last step (that of its length) to the first. Outputs stand where their inputs do. Default false. */
  readonly reverse?: boolean | undefined;
}

/** @throws ValueError unless they are a record */
export function assertWeights(op: string, weights: unknown): void {
  assertRecord(op, "weights", weights, "a record of weights: { weightIh, weightHh, … }");
}
