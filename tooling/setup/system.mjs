// What may be installed outside this repository, and only when --system allows it: Debian packages.

import { ask, onPath, run } from "./processes.mjs";
import { CannotContinue, announce } from "./report.mjs";

/** Whether this machine's packages come from apt. */
export function hasApt() {
  return process.platform === "linux" && onPath("apt-get") !== undefined;
}

/**
 * Installs Debian packages.
 * @throws CannotContinue if this user may not, or apt does not know or cannot fetch them
 */
export async function installDebianPackages(packages, why) {
  const command = ["install", "-y", "--no-install-recommends", ...packages];
  if (ask("id", ["-u"]) !== "0") {
    throw new CannotContinue(
      `System packages are needed ${why}, and only root may install them.`,
      `sudo apt-get ${command.join(" ")}`,
    );
  }
  announce(`Installing the system packages ${packages.join(", ")} with apt-get, ${why}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["-q", "update"], { env }); // an old list names files that are gone
  const code = await run("apt-get", ["-q", ...command], { env });
  if (code !== 0) {
    throw new CannotContinue(
      `apt-get could not install ${packages.join(", ")}, needed ${why}.`,
      `apt-get update && apt-get ${command.join(" ")}`,
    );
  }
}
