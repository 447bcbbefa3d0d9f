// npm run fuzz

import { coreToTry } from "./core.mjs";
import { keepFailure } from "./kept.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { GROW } from "./readers/corpus.ts";
import { parts } from "./parts.ts";
import { supervise } from "./supervise.ts";

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else process.exitCode = await main(options);
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}

/** @returns the exit code: 1 if something failed */
async function main({ milliseconds, seed, only, keep, grow }: Options): Promise<number> {
  if (grow) process.env[GROW] = "1"; // workers inherit it
  const unknown = only.filter((word) => parts.every((part) => !part.accepts(word)));
  if (unknown.length > 0) throw new Error(`no part and no case is called ${unknown.join(", ")}`);
  const chosen = parts.filter((part) => only.length === 0 || only.some((word) => part.accepts(word)));
  console.log(`seed ${seed}, on ${coreToTry().name}: ${chosen.map(({ name }) => name).join(", ")}`);
  let failed = 0;
  for (const part of chosen) {
    const words = only.filter((word) => part.accepts(word));
    const { failures, counts } = await supervise(part, seed, milliseconds / chosen.length, words);
    const said = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
    console.log(`${failures.length === 0 ? "✓" : "✗"} ${part.name}: ${said.join(", ")}`);
    for (const failure of failures) {
      failed++;
      console.log(`  ${part.describe(failure.subject)}`);
      for (const problem of failure.problems.slice(0, 4)) console.log(`    ${problem.replaceAll("\n", "\n      ")}`);
      if (keep) console.log(`    kept as tooling/fuzz/${keepFailure(part.name, failure)}`);
    }
  }
  if (failed > 0 && !keep) console.log(`\nAgain, and kept: npm run fuzz -- --seed ${seed} --keep`);
  return failed === 0 ? 0 : 1;
}
