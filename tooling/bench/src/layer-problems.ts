/** Heads of attention, each of `length` queries, keys and values of `size` features: (batch, heads, length, size). */
export interface AttentionProblem {
  readonly batch: number;
  readonly heads: number;
  readonly length: number;
  readonly size: number;
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
}

/** loss = Σ output ⊙ upstream, with `upstream` of the output's shape, to be differentiated. */
export interface AttentionGradientProblem extends AttentionProblem {
  readonly upstream: Float32Array;
}

/** A recurrent layer over a batch of sequences, from a state of zeros. Gates, weights and biases are PyTorch's. */
export interface RecurrenceProblem {
  readonly kind: "lstm" | "gru";
  readonly time: number;
  readonly batch: number;
  readonly features: number;
  readonly hidden: number;
  /** (time, batch, features) */
  readonly x: Float32Array;
  /** (gates · hidden, features); gates are i, f, g, o of an LSTM and r, z, n of a GRU */
  readonly weightIh: Float32Array;
  /** (gates · hidden, hidden) */
  readonly weightHh: Float32Array;
  /** (gates · hidden) */
  readonly biasIh: Float32Array;
  /** (gates · hidden) */
  readonly biasHh: Float32Array;
}

/** loss = Σ output ⊙ upstream, with `upstream` of the output's shape, to be differentiated. */
export interface RecurrenceGradientProblem extends RecurrenceProblem {
  readonly upstream: Float32Array;
}

/**
 * Numbers normalised to mean 0 and variance 1, scaled and shifted, then differentiated: loss = Σ y ⊙ upstream. A layer norm
 * normalises each row; a batch norm each channel over batch and positions, by the batch's own statistics.
 */
export interface NormGradientProblem {
  readonly kind: "layer" | "batch";
  /** (rows, columns), or (batch, channels, rows, columns) */
  readonly shape: readonly number[];
  readonly epsilon: number;
  readonly x: Float32Array;
  /** (columns) or (channels), as `bias` */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  /** of the shape of `x` */
  readonly upstream: Float32Array;
}
