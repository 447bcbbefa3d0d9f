// Runs tasks of the workspace through turbo, which replays what has not changed.

import { findBrowser } from "./browser.mjs";
import { environment, run } from "./processes.mjs";

/**
 * @param {string[]} tasks
 * @param {{ filters?: string[], logs?: "new-only" | "errors-only", options?: string[] }} settings no filter means every
 *   package that was installed for development
 * @returns {Promise<number>} turbo's exit code
 */
export function runTasks(tasks, { filters = ["!*/bench"], logs = "new-only", options = [] } = {}) {
  const selected = filters.map((filter) => `--filter=${filter}`);
  const browser = findBrowser();
  return run("turbo", ["run", ...tasks, ...selected, `--output-logs=${logs}`, "--log-order=grouped", ...options], {
    env: { ...environment(), ...(browser && { CHROME_PATH: browser }) },
  });
}
