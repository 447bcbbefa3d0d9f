import type { BrowserCommand, Reporter } from "vitest/node";

declare module "vitest/browser" {
  interface BrowserCommands {
    /** Says which test comes next. */
    beginTest: (name: string) => Promise<void>;
  }
}

/** Seconds without news of any test after which the page of tests hangs: no timeout of its own can fire in there. */
const LIMIT = Number(process.env["UNFOLD_HANG_LIMIT"] ?? 300);

let present = "before the first test";
let timer: NodeJS.Timeout | undefined;

/** Called by the page before each test: a page that never comes back says nothing any more. */
export const beginTest: BrowserCommand<[name: string]> = (_, name) => {
  present = name;
  wait();
};

/** Ends a run in a browser whose page never comes back, and says in which test. */
export const hangReporter: Reporter = {
  onTestRunStart: wait,
  onTestCaseResult: wait,
  onTestRunEnd: () => clearTimeout(timer),
};

function wait(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    console.error(`\nhung for ${LIMIT} s, so the run is ended: ${present}`);
    process.exit(1); // the browser's launcher ends it then
  }, 1000 * LIMIT);
}
