// Data that npm does not bring along, and Debian does.

import { existsSync } from "node:fs";
import { ask } from "./processes.mjs";
import { hasApt, installDebianPackages } from "./system.mjs";
import { CannotContinue, announce } from "./report.mjs";

/** What tests read, and skip without: Fashion-MNIST, 31 MB; the Bible in English and in Spanish, 3 MB each. */
const ofTests = ["dataset-fashion-mnist", "sword-text-kjv", "sword-text-sparv"];

/** Installs the data that tests read and that is not there yet, where apt has it. */
export async function installTestData() {
  if (!hasApt()) return;
  const missing = ofTests.filter((name) => !ask("dpkg-query", ["-W", "-f=${Status}", name])?.endsWith(" installed"));
  if (missing.length > 0) await installDebianPackages(missing, "for the tests that read real data");
}

/**
 * What an example's package.json says of such data.
 * @typedef {{
 *   package: string, holds: string, size: string, folder: string,
 *   named: string, byDefault?: true, notWith?: readonly string[]
 * }} DebianData `holds` is what it is called, `folder` where Debian puts it; it is wanted where `--data` is `named`, or by
 *   default where nothing is said, unless there is an option of `notWith`
 */

/**
 * Installs the data that an example is about to read, unless it is there. Without it an example that only prefers it goes on.
 * @param {DebianData | undefined} data @param {readonly string[]} args the example's own
 * @throws CannotContinue where it was asked for by its name and cannot be installed
 */
export async function installDebianData(data, args) {
  const want = data === undefined ? "no" : wanted(data, args);
  if (want === "no" || existsSync(data.folder)) return;
  try {
    await installed(data);
  } catch (error) {
    if (want === "named" || !(error instanceof CannotContinue)) throw error;
    announce(`${error.message} It goes on without ${data.holds}; to have it: ${error.command}`);
  }
}

async function installed({ package: name, holds, size }) {
  if (!hasApt()) {
    throw new CannotContinue(
      `${holds} comes from Debian's package ${name}, and there is no apt-get here.`,
      `the same command with --from FOLDER (fetch its four .gz files from github.com/zalandoresearch/fashion-mnist)`,
    );
  }
  await installDebianPackages([name], `for ${holds}, ${size}`);
}

/** @returns {"no" | "preferred" | "named"} */
function wanted({ named, byDefault, notWith = [] }, args) {
  const has = (option) => args.some((arg) => arg === option || arg.startsWith(`${option}=`));
  if (["--help", "-h", "--from"].some(has)) return "no";
  const at = args.indexOf("--data");
  const said = at >= 0 ? args[at + 1] : args.find((arg) => arg.startsWith("--data="))?.slice("--data=".length);
  if (said !== undefined) return said === named ? "named" : "no";
  return byDefault === true && !notWith.some(has) ? "preferred" : "no";
}
