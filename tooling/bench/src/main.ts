import type { Suite } from "./case.ts";
import { chartsOf } from "./charts/report-charts.ts";
import { guard } from "./guard.ts";
import { layers } from "./layers/layers.ts";
import { type Effort, QUICK, THOROUGH } from "./measure/interleave.ts";
import { reasonOf } from "./measure/unfinished.ts";
import { choose, type Options, readOptions } from "./options.ts";
import { own } from "./own/own.ts";
import { openChromium } from "./places/chromium.ts";
import { openNode, thisMachinesLoops } from "./places/node.ts";
import type { Place } from "./places/place.ts";
import { assertWritable, readReport, type Report, thisMachine, writeCharts, writeReport } from "./report/file.ts";
import { caseTable, conditions, summaryTable } from "./report/table.ts";
import { type Progress, run } from "./run.ts";
import { networks } from "./suites/networks.ts";
import { suites } from "./suites/index.ts";

const options = readOptions(process.argv.slice(2), suites);
try {
  process.exitCode = await main(options);
} catch (error) {
  console.error(`\n✗ ${reasonOf(error)}`);
  process.exitCode = 1;
}

/** @returns the exit code: 1 if one of our own results is missing or wrong, or the guard found us slow */
async function main({
  json,
  charts,
  from,
  quick,
  guard: onlyGuard,
  own: onlyOwn,
  layers: onlyLayers,
  native,
  ...choice
}: Options): Promise<number> {
  const effort = quick ? QUICK : THOROUGH;
  if (onlyGuard) return (await guard(effort)) ? 0 : 1;
  if (onlyOwn) return (await own(effort)) ? 0 : 1;
  const chosen = choose(suites, choice);
  if (onlyLayers) {
    await layers(choice.suite === undefined && choice.case === undefined ? [networks] : chosen, choice.threads, effort);
    return 0;
  }
  if (json !== undefined) assertWritable(json);

  const report = from === undefined ? await measure(chosen, choice.threads, effort, native) : readReport(from);
  console.log(conditions(report));
  console.log(`\n${summaryTable(report.rows)}\n`);
  if (json !== undefined) writeReport(json, report);
  if (charts !== undefined) writeCharts(charts, chartsOf(report));
  return report.rows.every(({ ours }) => ours !== null) ? 0 : 1;
}

async function measure(
  chosen: readonly Suite[],
  threads: number,
  effort: Effort,
  python: string | undefined,
): Promise<Report> {
  const places = await openPlaces(threads, python);
  const progress: Progress = {
    onSuite: ({ name, title }) => console.log(`\n${name}: ${title}\n`),
    onCase: (figures) => console.log(caseTable(figures)),
  };
  const figures = await run(chosen, places, { effort, threads }, progress).finally(() =>
    Promise.all(places.map((place) => place.close())),
  );
  return {
    machine: thisMachine(),
    date: new Date().toISOString(),
    threads,
    effort: effort === QUICK ? "quick" : "thorough",
    ...figures,
  };
}

/** Node, and a page in Chromium if there is one; if not, says why. */
async function openPlaces(threads: number, python: string | undefined): Promise<readonly Place[]> {
  const machine = thisMachinesLoops();
  const node = await openNode(machine, threads, python);
  const executable = process.env["CHROME_PATH"];
  if (executable === undefined) {
    console.error("LiteRT.js is left out, since it needs a page: there is no Chromium, Chrome or Edge (CHROME_PATH)");
    return [node];
  }
  try {
    return [node, await openChromium(executable, machine.loops, threads)];
  } catch (error) {
    console.error(`LiteRT.js is left out, since its page does not open: ${reasonOf(error)}`);
    return [node];
  }
}
