// npm run test:consumers

import { parseArgs } from "node:util";
import { type Consumer, consumers } from "./consumers.ts";
import { disagreements, type Result } from "./results.ts";
import { openWorkshop } from "./workshop.ts";

const usage = `Packs the packages, installs them in bare projects and uses them there: each trains a small CNN and prints a hash.

npm run test:consumers
npm run test:consumers -- --only vite   those whose name has this in it`;

const { values } = parseArgs({ options: { only: { type: "string", default: "" }, help: { type: "boolean" } } });
if (values.help) console.log(usage);
else process.exitCode = await main(values.only.toLowerCase());

async function main(only: string): Promise<number> {
  const chosen = consumers.filter(({ name }) => name.toLowerCase().includes(only));
  if (chosen.length === 0) {
    console.error(`No consumer has ${JSON.stringify(only)} in its name. There are:\n${namesOf(consumers)}`);
    return 2;
  }
  const workshop = openWorkshop();
  const all: Result[] = [];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    for (const consumer of chosen) {
      if (consumer.needs === "browser" && process.env["CHROME_PATH"] === undefined) {
        counts.skipped += 1;
        console.log(`– ${consumer.name}: there is no Chromium, Chrome or Edge`);
        continue;
      }
      try {
        const results = await workshop.attempt(consumer);
        all.push(...results);
        counts.passed += 1;
        console.log(`✓ ${consumer.name.padEnd(66)} ${summaryOf(results)}`);
      } catch (error) {
        counts.failed += 1;
        console.log(`✗ ${consumer.name}\n${indent(error instanceof Error ? error.message : String(error))}`);
      }
    }
  } finally {
    workshop.close();
  }
  for (const problem of disagreements(all)) {
    counts.failed += 1;
    console.log(`✗ ${problem}`);
  }
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed === 0 ? 0 : 1;
}

function summaryOf(results: readonly Result[]): string {
  return [...new Set(results.map(({ variant, rounding, hash }) => `${variant} ${rounding} ${hash}`))].join(", ");
}

function namesOf(rows: readonly Consumer[]): string {
  return rows.map(({ name }) => `  ${name}`).join("\n");
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}
