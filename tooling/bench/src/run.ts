import type { Where } from "./bar.ts";
import type { Case, Suite } from "./case.ts";
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
  { effort, threads }: { readonly effort: Effort; readonly threads: number },
  progress: Progress,
): Promise<Pick<Report, "rows" | "ceilings">> {
  const ceilings: Partial<Record<Where, number>> = {};
  const measured: Measured[] = [];
  for (const suite of suites) {
    progress.onSuite(suite);
    for (const one of suite.cases) {
      const chosen = threads === 1 || suite.anyThreads ? one : withoutStandards(one);
      for (const place of places) {
        const measurement = await place.measure(suite, chosen, effort);
        if (measurement === undefined) continue;
        const { arithmeticGflops } = measurement;
        if (arithmeticGflops !== undefined && threads === 1) {
          ceilings[place.where] = Math.max(ceilings[place.where] ?? 0, arithmeticGflops);
        }
        const each: Measured = { suite: suite.name, case: chosen, where: place.where, measurement };
        measured.push(each);
        progress.onCase(toFigures(each, unfold.name, ceilings[place.where]));
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

/** Bars are set for one thread, and the machine's loops run on one: with more, no share of them says anything. */
function withoutStandards(one: Case): Case {
  return { ...one, traffic: undefined, bars: [] };
}
