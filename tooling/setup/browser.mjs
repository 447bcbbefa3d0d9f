// Finds the browser that the browser tests run in.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { onPath } from "./processes.mjs";
import { CannotContinue } from "./report.mjs";
import { hasApt, installDebianPackages } from "./system.mjs";

const commands = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
  "microsoft-edge-stable",
  "msedge",
];
const places = {
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((name) => [
    join(process.env[name] ?? "", "Google", "Chrome", "Application", "chrome.exe"),
    join(process.env[name] ?? "", "Microsoft", "Edge", "Application", "msedge.exe"),
  ]),
};

/** A Chromium, Chrome or Edge: CHROME_PATH, then PATH, then where systems keep them; undefined if there is none. */
export function findBrowser() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new CannotContinue(`CHROME_PATH names ${named}, which is not there.`, "unset CHROME_PATH");
  }
  for (const command of commands) {
    const file = onPath(command);
    if (file !== undefined) return file;
  }
  return places[process.platform]?.find((file) => existsSync(file));
}

/** What to run to get a browser on this machine. */
export function browserAdvice() {
  return hasApt()
    ? "npm run setup -- --system"
    : "CHROME_PATH=/path/to/chrome npm test (with any Chrome, Chromium or Edge)";
}

/** Installs a browser unless there is one. */
export async function installBrowser() {
  if (findBrowser() !== undefined) return;
  if (!hasApt()) {
    throw new CannotContinue(
      "The browser tests need Chrome, Chromium or Edge, and --system can install one with apt-get only.",
      browserAdvice(),
    );
  }
  await installDebianPackages(["chromium"], "to run the browser tests");
}
