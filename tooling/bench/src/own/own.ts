import { type Effort, interleave } from "../measure/interleave.ts";
import { summarise } from "../measure/statistics.ts";
import { backwardOverForward } from "./backward.ts";
import { rowSteps } from "./rows.ts";
import { tapeOverhead } from "./tape.ts";

/** What we promise of ourselves, without any other library: prints a line each. @returns whether all bars are met */
export async function own(effort: Effort): Promise<boolean> {
  let isMet = true;
  for (const make of [tapeOverhead, ...backwardOverForward, rowSteps]) {
    const { name, contenders, figure, unit, atMost } = make();
    const timings = await interleave(contenders, effort);
    const [first, second] = timings.map((timing) => {
      if ("failure" in timing) throw new Error(`${name}: ${timing.failure}`);
      return summarise(timing.samples);
    });
    for (const contender of contenders) await contender.dispose();
    if (first === undefined || second === undefined) throw new Error(`${name}: nothing was timed`);
    const [best, median] = [figure(first.best, second.best), figure(first.median, second.median)];
    const isFine = best <= atMost;
    isMet &&= isFine;
    console.log(
      `${isFine ? "✓" : "✗"} ${name}: ${best.toFixed(2)} ${unit} (by medians ${median.toFixed(2)}); at most ${atMost}`,
    );
  }
  return isMet;
}
