import { guard } from "./guard.ts";
import { makeCeiling } from "./measure/ceiling.ts";
import { QUICK, THOROUGH } from "./measure/interleave.ts";
import { type LoadedPeer, type Measurement, measureCase, reasonOf } from "./measure/measure-case.ts";
import { choose, type Options, readOptions } from "./options.ts";
import { peers } from "./peers/index.ts";
import { unfold } from "./peers/unfold.ts";
import { assertWritable, type Report, thisMachine, writeReport } from "./report/file.ts";
import { toRow } from "./report/row.ts";
import { caseTable, summaryTable } from "./report/table.ts";
import { suites } from "./suites/index.ts";

const options = readOptions(process.argv.slice(2), suites);
try {
  process.exitCode = await main(options);
} catch (error) {
  console.error(`\n✗ ${reasonOf(error)}`);
  process.exitCode = 1;
}

/** @returns the exit code: 1 if one of our own results is missing or wrong, or the guard found us slow */
async function main({ json, quick, guard: onlyGuard, ...choice }: Options): Promise<number> {
  const effort = quick ? QUICK : THOROUGH;
  if (onlyGuard) return (await guard(effort)) ? 0 : 1;
  const chosen = choose(suites, { quick, guard: onlyGuard, ...choice });
  if (json !== undefined) assertWritable(json);

  const loaded = await load();
  const ceiling = makeCeiling();
  let ceilingGflops: number | undefined;
  const measurements: { readonly suite: string; readonly measurement: Measurement }[] = [];
  for (const suite of chosen) {
    console.log(`\n${suite.name}: ${suite.title}\n`);
    for (const each of suite.cases) {
      const measurement = await measureCase(each, loaded, ceiling, effort);
      measurements.push({ suite: suite.name, measurement });
      if (measurement.ceiling !== undefined) {
        ceilingGflops = Math.max(ceilingGflops ?? 0, ceiling.flops / measurement.ceiling.best / 1e6);
      }
      console.log(caseTable(toRow(suite.name, measurement, unfold.name, ceilingGflops)));
    }
  }

  const rows = measurements.map(({ suite, measurement }) => toRow(suite, measurement, unfold.name, ceilingGflops));
  const report: Report = {
    machine: thisMachine(),
    date: new Date().toISOString(),
    ceiling: ceilingGflops === undefined ? null : { gflops: ceilingGflops, instruction: ceiling.instruction },
    effort: quick ? "quick" : "thorough",
    rows,
  };
  console.log(conditions(report));
  console.log(`\n${summaryTable(rows)}\n`);
  if (json !== undefined) writeReport(json, report);
  return rows.every(({ ours }) => ours !== null) ? 0 : 1;
}

async function load(): Promise<readonly LoadedPeer[]> {
  const loaded: LoadedPeer[] = [];
  for (const peer of [unfold, ...peers]) {
    try {
      loaded.push({ peer, ways: await peer.load() });
    } catch (error) {
      if (peer === unfold) throw error;
      console.error(`${peer.name} ${peer.version} is left out, since it does not load: ${reasonOf(error)}`);
    }
  }
  return loaded;
}

function conditions({ machine, ceiling, effort }: Report): string {
  const peak = ceiling === null ? "" : `; ceiling ${ceiling.gflops.toFixed(1)} GFLOP/s (${ceiling.instruction})`;
  const caution = effort === "quick" ? "\nMeasured with --quick: not for showing." : "";
  return `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, one thread${peak}${caution}`;
}
