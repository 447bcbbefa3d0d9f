import { noGrad } from "@unfoldjs/autograd";
import type { AttentionSeq2Seq } from "@unfoldjs/sequence-layers";
import { full, scope } from "@unfoldjs/tensor-core";

/** What the attention network costs for a source and a target of some lengths. */
export interface Cost {
  readonly sourceLength: number;
  readonly targetLength: number;
  /** How many e⟨t, t'⟩ there are. */
  readonly pairs: number;
  /** Of the attention network and the contexts, for one sentence. */
  readonly multiplyAdds: number;
  /** Median of some runs of the whole decoder, in milliseconds, for a batch of sentences. */
  readonly milliseconds: number;
}

const LENGTHS = [8, 16, 32, 64];
const BATCH = 16;
const RUNS = 5;

/**
 * The decoder over sources and targets of several lengths. Attention compares each target step with each source step: its work
 * is Tx · Ty, so that twice the length on both sides is four times the work, and not twice.
 */
export function attentionCost(model: AttentionSeq2Seq): Cost[] {
  const { attention, hiddenSize, sourceSize } = model.decoder;
  const units = attention.queryProj.outFeatures;
  return LENGTHS.flatMap((sourceLength) =>
    LENGTHS.map((targetLength) => {
      // W s for each step, U a for each place, then tanh · v and the sum for each pair.
      const projections = targetLength * hiddenSize * units + sourceLength * sourceSize * units;
      const pairs = sourceLength * targetLength;
      const multiplyAdds = projections + pairs * (units + sourceSize);
      const milliseconds = time(model, sourceLength, targetLength);
      return { sourceLength, targetLength, pairs, multiplyAdds, milliseconds };
    }),
  );
}

function time(model: AttentionSeq2Seq, sourceLength: number, targetLength: number): number {
  const times = Array.from({ length: RUNS }, () =>
    noGrad(() =>
      scope(() => {
        const { output } = model.encoder.forward(full([BATCH, sourceLength], 2, "i32"));
        const inputs = full([BATCH, targetLength], 1, "i32");
        const start = performance.now();
        model.decoder.forward(inputs, output);
        return performance.now() - start;
      }),
    ),
  );
  return times.sort((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
}
