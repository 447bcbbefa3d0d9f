import { defineCase, type Case, type Suite } from "../case.ts";
import { uniform } from "../random.ts";
import { beamBySorting, expectedDraws } from "../reference/decoding.ts";
import type { BeamProblem } from "../work.ts";

const [WIDTH, VOCABULARY] = [10, 32_000];
/** Few, so that a run is short beside what else the machine does, and as many as make the first one count little. */
const STEPS = 16;

export const decoding: Suite = {
  name: "decoding",
  title: `searches without their model: ${STEPS} steps of ${WIDTH} rows of ${VOCABULARY} log-probabilities`,
  cases: [
    // A millisecond a step, and ten times less than a sort takes.
    beam("plain", [{ atMost: STEPS }, { ratio: 10, over: "a full sort" }]),
    beam("tensor-core", [{ atMost: 0.4 * STEPS }]),
    sample(),
  ],
};

function beam(select: BeamProblem["select"], bars: Case["bars"]): Case {
  return defineCase({
    name: select === "plain" ? `beam of ${WIDTH}` : `beam of ${WIDTH}, topk of tensor-core`,
    work: "beam",
    problem: () => ({ width: WIDTH, vocabulary: VOCABULARY, steps: STEPS, select, rows: logProbabilities(1) }),
    expected(problem) {
      const { tokens, score } = beamBySorting(problem);
      return { tokens, score: [score] };
    },
    tolerance: 1e-12,
    unit: "ms",
    bars,
  });
}

function sample(): Case {
  return defineCase({
    name: "sample, temperature 0.8, top-k 50",
    work: "sample",
    problem: () => ({
      batch: WIDTH,
      vocabulary: VOCABULARY,
      steps: STEPS,
      rows: logProbabilities(2),
      k: 50,
      temperature: 0.8,
    }),
    expected: (problem) => ({ ...expectedDraws(problem) }),
    tolerance: 0.03, // of a mean of thousands of draws
    unit: "ms",
    bars: [{ ratio: 3, over: "transformers.js" }],
  });
}

/** Rows of a softmax over sums of four uniform numbers, which have a peak and tails as those of models do. */
function logProbabilities(seed: number): Float32Array {
  const next = uniform(seed);
  const values = Float32Array.from({ length: WIDTH * VOCABULARY }, () => 4 * (next() + next() + next() + next() - 2));
  for (let row = 0; row < WIDTH; row++) {
    const logits = values.subarray(row * VOCABULARY, (row + 1) * VOCABULARY);
    const total = Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0));
    for (const [token, value] of logits.entries()) logits[token] = value - total;
  }
  return values;
}
