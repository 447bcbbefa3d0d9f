// Checks a package's types, and that they stay cheap to check: shapes are computed by the compiler, and a careless type
// costs every user of it. Run in the package's folder, whose package.json says the `typeBudget` in instantiations: a
// count of the compiler's work that is the same on every machine, unlike its time.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const { name, typeBudget } = JSON.parse(readFileSync("package.json", "utf8"));
const windows = process.platform === "win32"; // starts .cmd files through its shell only
const { status, stdout } = spawnSync("tsc", ["--extendedDiagnostics", "--singleThreaded"], {
  encoding: "utf8",
  shell: windows,
  stdio: ["ignore", "pipe", "inherit"],
});
const instantiations = Number(/^Instantiations:\s+(\d+)$/m.exec(stdout)?.[1]);
if (status !== 0 || Number.isNaN(instantiations)) {
  console.error(stdout);
  process.exitCode = 1;
} else if (instantiations > typeBudget) {
  console.error(
    `${name} takes ${instantiations} type instantiations to check; its budget is ${typeBudget}.\n` +
      "Find what grew with `tsc --generateTrace trace`, or raise typeBudget in package.json and say why.",
  );
  process.exitCode = 1;
} else console.log(`${instantiations} of ${typeBudget} type instantiations`);
