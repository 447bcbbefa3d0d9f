import { beamBySorting } from "../reference/decoding.ts";
import { nearestByLoops } from "../reference/nearest-words.ts";
import type { Peer } from "../work.ts";

/** No library: what a beam takes that sorts all of its candidates by the engine's own sort of numbers. */
export const fullSort: Peer = {
  name: "a full sort",
  version: process.version,
  canShare: false,
  async load() {
    return {
      nearestWords(problem) {
        return {
          run: () => void nearestByLoops(problem),
          outputs: () => ({ similarities: nearestByLoops(problem) }),
          dispose() {},
        };
      },

      beam(problem) {
        // Whose candidates are found is of no account to a sort.
        if (problem.select !== "plain") return undefined;
        return {
          run: () => void beamBySorting(problem),
          outputs() {
            const { tokens, score } = beamBySorting(problem);
            return { tokens, score: [score] };
          },
          dispose() {},
        };
      },
    };
  },
};
