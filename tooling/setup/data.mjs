// Real data that only Debian packages: without it the tests that read it are skipped, and say what to install.

import { ask } from "./processes.mjs";
import { hasApt, installDebianPackages } from "./system.mjs";

/** Fashion-MNIST, 31 MB; the Bible in English and in Spanish, 3 MB each. */
const packages = ["dataset-fashion-mnist", "sword-text-kjv", "sword-text-sparv"];

/** Installs the data that is not there yet, where apt has it. */
export async function installData() {
  if (!hasApt()) return;
  const missing = packages.filter((name) => !ask("dpkg-query", ["-W", "-f=${Status}", name])?.endsWith(" installed"));
  if (missing.length > 0) await installDebianPackages(missing, "for the tests and examples that read real data");
}
