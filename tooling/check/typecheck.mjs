// Checks a package's types, and that they stay cheap to check: shapes are computed by the compiler, and a careless type
// costs every user of it. Run in the package's folder, whose package.json says in `typeBudget` how many instantiations it
// may take: a count of the compiler's work that is the same on every machine, unlike its time.
//
//   program   what a user pays: `src/user-program.ts` against the declarations, as if the packages were installed
//   sources   the package without tests, against the declarations of those that it imports
//   all       the package with its tests, and the sources of those that it imports

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const TESTS = ["**/*.test.ts", "**/*.test-d.ts", "user-program.ts"];
const { name, typeBudget } = JSON.parse(readFileSync("package.json", "utf8"));
const windows = process.platform === "win32"; // starts .cmd files through its shell only
const folder = process.cwd();
const workshop = resolve("node_modules/.cache/typecheck");

rmSync(workshop, { recursive: true, force: true });
mkdirSync(workshop, { recursive: true });
const entries = Array.from(packages(folder), ([imported, place]) => [imported, [declarations(imported, place)]]);
const counts = { all: count("tsconfig.json"), sources: count(sources()), program: count(program()) };
for (const [part, instantiations] of Object.entries(counts)) {
  const budget = typeBudget[part];
  if (instantiations === undefined) process.exitCode = 1;
  else if (instantiations > budget) {
    console.error(
      `${name}: ${part} takes ${instantiations} type instantiations to check; the budget is ${budget}.\n` +
        "Find what grew with `tsc --generateTrace trace`, or raise typeBudget in package.json and say why.",
    );
    process.exitCode = 1;
  } else console.log(`${part}: ${instantiations} of ${budget} type instantiations`);
}

/** @returns how many instantiations it takes; undefined where types are wrong, which is printed */
function count(config) {
  const { status, stdout } = tsc("--project", config, "--extendedDiagnostics", "--singleThreaded");
  const instantiations = /^Instantiations:\s+(\d+)$/m.exec(stdout)?.[1];
  if (status === 0 && instantiations !== undefined) return Number(instantiations);
  console.error(stdout);
  return undefined;
}

function tsc(...options) {
  return spawnSync("tsc", options, { encoding: "utf8", shell: windows, stdio: ["ignore", "pipe", "inherit"] });
}

function sources() {
  return project("sources", {
    extends: join(folder, "tsconfig.json"),
    include: [join(folder, "src")],
    exclude: TESTS.map((pattern) => join(folder, "src", pattern)),
    compilerOptions: { paths: Object.fromEntries(entries) },
  });
}

function program() {
  const copy = join(workshop, name, "user-program.ts"); // what it imports beside itself is declarations there
  copyFileSync("src/user-program.ts", copy);
  return project("program", {
    compilerOptions: {
      target: "ES2022",
      lib: ["ES2022", "DOM"],
      types: [],
      module: "preserve",
      moduleResolution: "bundler",
      strict: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      noEmit: true,
      paths: Object.fromEntries(entries),
    },
    files: [copy],
  });
}

/** The package in a folder and those of the workspace that it needs: folders by name. */
function packages(place, found = new Map()) {
  const described = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  if (found.has(described.name)) return found;
  found.set(described.name, place);
  for (const [needed, version] of Object.entries({ ...described.dependencies, ...described.peerDependencies })) {
    if (version.startsWith("workspace:")) packages(join(dirname(place), needed.replace(/^@.*\//, "")), found);
  }
  return found;
}

/** Writes the declarations of a package. @returns those of its entry */
function declarations(imported, place) {
  const written = join(workshop, imported);
  const config = project(imported.replace("/", "-"), {
    extends: join(place, "tsconfig.json"),
    include: [join(place, "src")],
    exclude: TESTS.map((pattern) => join(place, "src", pattern)),
    compilerOptions: { noEmit: false, emitDeclarationOnly: true, rootDir: join(place, "src"), outDir: written },
  });
  const { status, stdout } = tsc("--project", config, "--noCheck");
  if (status !== 0) console.error(stdout);
  return join(written, "index.d.ts");
}

function project(title, options) {
  const file = join(workshop, `${title}.json`);
  writeFileSync(file, JSON.stringify(options));
  return file;
}
