import type { Effort } from "./measure/interleave.ts";
import { measureCase } from "./measure/measure-case.ts";
import { unfold } from "./peers/unfold.ts";
import { load } from "./places/load.ts";
import { thisMachinesLoops } from "./places/node.ts";
import { toFigures } from "./report/row.ts";
import { matmul } from "./suites/matmul.ts";

// What a compiler can spoil costs a factor of two (the inner loop spills its accumulators); noise does not.
const SMALLEST_SHARE = 0.85;
// Other work on the machine can only slow the product down, so the best of a few tries is nearer to the truth.
const TRIES = 3;

/** Our product of 512 × 512 against the multiply-add loop of the same process. @returns whether it is fast enough */
export async function guard(effort: Effort): Promise<boolean> {
  const product = matmul.cases.find(({ name }) => name === "512");
  if (product === undefined) throw new Error("guard: the suite matmul has no case 512");
  const machine = thisMachinesLoops();
  const libraries = [await load(unfold, 1)];
  let ceilingGflops = 0;
  let share = 0;
  for (let tries = 0; tries < TRIES && share < SMALLEST_SHARE; tries++) {
    const measurement = await measureCase(product, libraries, machine, effort);
    ceilingGflops = Math.max(ceilingGflops, measurement.arithmeticGflops ?? NaN);
    const measured = { suite: matmul.name, case: product, where: "node", measurement } as const;
    const { ceilingShare, leftOut } = toFigures(measured, unfold.name, ceilingGflops);
    if (ceilingShare === null) throw new Error(`matmul 512: ${leftOut.map(({ reason }) => reason).join("; ")}`);
    share = Math.max(share, ceilingShare);
  }
  const fast = share >= SMALLEST_SHARE;
  console.log(
    `${fast ? "✓" : "✗"} matmul 512 reaches ${(share * 100).toFixed(1)} % of ${ceilingGflops.toFixed(1)} GFLOP/s ` +
      `(${machine.arithmetic.instruction}); the least is ${SMALLEST_SHARE * 100} %`,
  );
  return fast;
}
