import { labs } from "../src/labs/list.ts";
import { HOME, pageSize, tileOf, viewOf } from "./page-size.ts";

// Holds every page to its budget of JavaScript. `pnpm --filter playground run size`, on what is built.

/**
 * In gzipped bytes, without the core: 170 kB are 1.1 seconds on a slow phone's connection of 1.2 Mbit/s. 106 of them are
 * the worker's: the tables of ops and of their gradients come whole, also what a lab never runs, such as eigenvectors. What draws curves, 22, comes
 * once there is one.
 */
const BUDGET = 170_000;
/** The first page is there for people who do not know yet whether they want to wait. */
const HOME_BUDGET = 40_000;

interface Row {
  readonly name: string;
  readonly views: readonly string[];
  readonly budget: number;
}

const rows: readonly Row[] = [
  { name: "home", views: [HOME], budget: HOME_BUDGET },
  ...labs.map(({ id }) => ({ name: `home, with the tile of ${id}`, views: [HOME, tileOf(id)], budget: BUDGET })),
  ...labs.map(({ id }) => ({ name: id, views: [viewOf(id)], budget: BUDGET })),
];

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

for (const { name, views, budget } of rows) {
  const { page, workers } = pageSize(...views);
  const line = `${name}: ${kilobytes(page + workers)} (page ${kilobytes(page)}, workers ${kilobytes(workers)})`;
  if (page + workers <= budget) console.log(`${line} of ${kilobytes(budget)}`);
  else {
    console.error(
      `${line} is more JavaScript, gzipped and without the core, than ${kilobytes(budget)}.\n` +
        "Import what is not needed at first where it is needed, with `await import(…)`, or find a smaller package.",
    );
    process.exitCode = 1;
  }
}
