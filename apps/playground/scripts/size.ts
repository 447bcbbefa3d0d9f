import { labs } from "../src/labs/list.ts";
import { pageSize } from "./page-size.ts";

// Holds every lab's page to its budget of JavaScript. `pnpm --filter playground run size`, on what is built.

/** In gzipped bytes, without the core: 150 kB are a second on a slow phone's connection of 1.2 Mbit/s. */
const BUDGET = 150_000;

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

for (const { id } of labs) {
  const { page, workers } = pageSize(id);
  const line = `${id}: ${kilobytes(page + workers)} (page ${kilobytes(page)}, workers ${kilobytes(workers)})`;
  if (page + workers <= BUDGET) console.log(`${line} of ${kilobytes(BUDGET)}`);
  else {
    console.error(
      `${line} is more JavaScript, gzipped and without the core, than ${kilobytes(BUDGET)}.\n` +
        "Import what is not needed at first where it is needed, with `await import(…)`, or find a smaller package.",
    );
    process.exitCode = 1;
  }
}
