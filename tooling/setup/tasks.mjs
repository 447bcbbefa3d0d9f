// Runs tasks of the workspace through turbo, which replays what has not changed.

import { findBrowser } from "./browser.mjs";
import { environment, run } from "./processes.mjs";

/**
 * @param {string[]} tasks
 * @param {{ filters?: string[], quiet?: boolean, options?: string[] }} settings no filter means every package that was
 *   installed for development; quiet shows what the tasks print only if one fails
 * @returns {Promise<number>} turbo's exit code
 */
export function runTasks(tasks, { filters = ["!*/bench"], quiet = false, options = [] } = {}) {
  const selected = filters.map((filter) => `--filter=${filter}`);
  const logs = `--output-logs=${quiet ? "errors-only" : "new-only"}`;
  const browser = findBrowser();
  return run("turbo", ["run", ...tasks, ...selected, logs, "--log-order=grouped", ...options], {
    env: { ...environment(), ...(browser && { CHROME_PATH: browser }) },
    quiet,
  });
}
