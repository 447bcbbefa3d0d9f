import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { randomModel } from "../testing/random-model.ts";
import { driveBeam } from "./beam.ts";
import type { BeamSearch } from "./beam-search.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

const WIDTH = 64;
/** Of a node of the tree of hypotheses: its token, parent, depth, holders and log-probability. */
const NODE_BYTES = 4 * 4 + 8;

/** Of typed arrays, in which tokens, scores and log-probabilities are: what the engine compiles and keeps besides is not counted. */
async function bytesNow(): Promise<number> {
  let least = Infinity;
  for (let time = 0; time < 10; time++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5)); // memory of arrays is given back beside the program
    least = Math.min(least, process.memoryUsage().arrayBuffers);
  }
  return least;
}

/** What a beam that never ends holds after some of its steps. */
async function held(steps: readonly number[]): Promise<{ readonly nodes: number; readonly bytes: number }[]> {
  const search = { model: randomModel(3, 20), prompts: [[1]], maxLength: Math.max(...steps) + 1, width: WIDTH };
  const found: { nodes: number; bytes: number }[] = [];
  let step = 0;
  for await (const [beam] of driveBeam("beamSearch", search)) {
    if (!steps.includes(++step)) continue;
    found.push({ nodes: (beam as BeamSearch).nodes, bytes: await bytesNow() });
  }
  return found;
}

test("a beam keeps one node a token of what its hypotheses share, and as many more after 1,000 steps as after 100", async () => {
  const [early, late] = await held([100, 1000]);
  const own = ({ nodes }: { nodes: number } | undefined = { nodes: 0 }, steps: number): number => nodes - steps;
  // Of hypotheses that were copied there would be 64 tokens a step.
  expect(own(late, 1000)).toBeLessThan(WIDTH * 40);
  expect(own(late, 1000)).toBeLessThan(own(early, 100) + WIDTH * 10);
});

test("what it holds grows with its output only", async () => {
  await held([100]); // what the engine keeps of a first run
  const [early, late] = await held([100, 3000]);
  const grown = (late?.bytes ?? 0) - (early?.bytes ?? 0);
  // The tree's arrays are twice as long as what is in them, at most; 64 copies of the tokens alone would be 768 kB.
  expect(grown).toBeLessThan(2 * 3000 * NODE_BYTES + 100_000);
});
