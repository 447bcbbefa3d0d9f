import type { Where } from "./bar.ts";
import type { Suite } from "./case.ts";
import type { Effort } from "./measure/interleave.ts";
import { unfold } from "./peers/unfold.ts";
import type { Place } from "./places/place.ts";
import type { Report } from "./report/file.ts";
import { type Figures, type Measured, toFigures, toRows } from "./report/row.ts";

/** Told as it goes: a run takes minutes. */
export interface Progress {
  onSuite(suite: Suite): void;
  /** its share of the ceiling is what is known so far; the rows have it of the whole run */
  onCase(figures: Figures): void;
}

/** Measures each case in every place where it can be compared. */
export async function run(
  suites: readonly Suite[],
  places: readonly Place[],
  effort: Effort,
  progress: Progress,
): Promise<Pick<Report, "rows" | "ceilings">> {
  const ceilings: Partial<Record<Where, number>> = {};
  const measured: Measured[] = [];
  for (const suite of suites) {
    progress.onSuite(suite);
    for (const each of suite.cases) {
      for (const place of places) {
        const measurement = await place.measure(suite, each, effort);
        if (measurement === undefined) continue;
        const { arithmeticGflops } = measurement;
        if (arithmeticGflops !== undefined) {
          ceilings[place.where] = Math.max(ceilings[place.where] ?? 0, arithmeticGflops);
        }
        const one: Measured = { suite: suite.name, case: each, where: place.where, measurement };
        measured.push(one);
        progress.onCase(toFigures(one, unfold.name, ceilings[place.where]));
      }
    }
  }
  return {
    rows: toRows(measured, unfold.name, ceilings),
    ceilings: places.flatMap(({ where, instruction }) => {
      const gflops = ceilings[where];
      return gflops === undefined ? [] : [{ where, gflops, instruction }];
    }),
  };
}
