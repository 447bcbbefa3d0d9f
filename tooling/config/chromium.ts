import type { LaunchOptions } from "playwright";

/**
 * How tests start a browser: the one that CHROME_PATH names, kept from calling home.
 * @param more further arguments of its command line
 */
export function chromiumOptions(more: readonly string[] = []): LaunchOptions {
  const executablePath = process.env["CHROME_PATH"];
  if (executablePath === undefined) {
    throw new Error(
      "CHROME_PATH is not set: `npm test` finds a browser and sets it; or name a Chromium, Chrome or Edge",
    );
  }
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return { executablePath, args: ["--no-sandbox", ...quiet, ...more] };
}
