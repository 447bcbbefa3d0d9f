import { type Effort, interleave } from "../measure/interleave.ts";
import { summarise } from "../measure/statistics.ts";
import { backwardOverForward } from "./backward.ts";
import { rowSteps } from "./rows.ts";
import { tapeOverhead } from "./tape.ts";

/**
 * A difference of two times is told by the quarter of samples that were least disturbed, from many: the fastest of a few
 * forwards beside the fastest of a few backwards once made 3.7 of 2.1.
 */
const LONGER = 3;

/** What we promise of ourselves, without any other library: prints a line each. @returns whether all bars are met */
export async function own(effort: Effort): Promise<boolean> {
  let isMet = true;
  for (const make of [tapeOverhead, ...backwardOverForward, rowSteps]) {
    const { name, contenders, figure, unit, atMost } = make();
    const timings = await interleave(contenders, { ...effort, measure: LONGER * effort.measure });
    const [first, second] = timings.map((timing) => {
      if ("failure" in timing) throw new Error(`${name}: ${timing.failure.reason}`);
      return summarise(timing.samples);
    });
    for (const contender of contenders) await contender.dispose();
    if (first === undefined || second === undefined) throw new Error(`${name}: nothing was timed`);
    const [undisturbed, median] = [figure(first.quarter, second.quarter), figure(first.median, second.median)];
    const isFine = undisturbed <= atMost;
    isMet &&= isFine;
    console.log(
      `${isFine ? "✓" : "✗"} ${name}: ${undisturbed.toFixed(2)} ${unit} (by medians ${median.toFixed(2)}); at most ${atMost}`,
    );
  }
  return isMet;
}
