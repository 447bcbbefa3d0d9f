import { makeCeiling } from "./measure/ceiling.ts";
import { measureCase } from "./measure/measure-case.ts";
import type { Effort } from "./measure/interleave.ts";
import { unfold } from "./peers/unfold.ts";
import { toRow } from "./report/row.ts";
import { matmul } from "./suites/matmul.ts";

// What a compiler can spoil costs a factor of two (the inner loop spills its accumulators); noise does not.
const SMALLEST_SHARE = 0.85;

/** Our product of 512 × 512 against the multiply-add loop of the same process. @returns whether it is fast enough */
export async function guard(effort: Effort): Promise<boolean> {
  const product = matmul.cases.find(({ name }) => name === "512");
  if (product?.flops === undefined) throw new Error("guard: the suite matmul has no case 512");
  const ceiling = makeCeiling();
  const measurement = await measureCase(product, [{ peer: unfold, ways: await unfold.load() }], ceiling, effort);
  const ceilingGflops = ceiling.flops / (measurement.ceiling?.best ?? NaN) / 1e6;
  const { ceilingShare, leftOut } = toRow(matmul.name, measurement, unfold.name, ceilingGflops);
  if (ceilingShare === null) {
    console.error(`✗ matmul 512: ${leftOut.map(({ reason }) => reason).join("; ")}`);
    return false;
  }
  const fast = ceilingShare >= SMALLEST_SHARE;
  console.log(
    `${fast ? "✓" : "✗"} matmul 512 reaches ${(ceilingShare * 100).toFixed(1)} % of ${ceilingGflops.toFixed(1)} GFLOP/s ` +
      `(${ceiling.instruction}); the least is ${SMALLEST_SHARE * 100} %`,
  );
  return fast;
}
