// npm run soak

import { parseArgs } from "node:util";
import { soak } from "./soak.ts";

const USAGE = `Mixed training steps, and whether memory stays flat.

npm run soak                     100,000 steps
npm run soak -- --steps 20000    another number
npm run soak -- --seed 7         other shapes, in another order
npm run soak -- --quick          1,200 steps, and only what the library counts by itself`;

try {
  const { values } = parseArgs({
    options: {
      steps: { type: "string" },
      seed: { type: "string", default: "1" },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const steps = Number(values.steps ?? (values.quick ? 1200 : 100_000));
  const seed = Number(values.seed);
  if (!Number.isInteger(steps) || steps < 100)
    throw new Error(`--steps is a whole number from 100 up, not ${values.steps}`);
  if (!Number.isInteger(seed) || seed < 0) throw new Error(`--seed is a whole number from 0 up, not ${values.seed}`);
  if (values.help) console.log(USAGE);
  else process.exitCode = await main(steps, seed, values.quick);
} catch (error) {
  console.error(`✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}

/** @returns the exit code: 1 if something kept growing */
async function main(steps: number, seed: number, isQuick: boolean): Promise<number> {
  const problems = await soak({ steps, seed, samples: 40, isQuick, say: console.log });
  for (const problem of problems) console.log(`✗ ${problem}`);
  if (problems.length === 0) console.log(`✓ ${steps} steps, seed ${seed}: flat`);
  return problems.length === 0 ? 0 : 1;
}
