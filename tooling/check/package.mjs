// Checks a package as it will be published: packs it and looks at what is in the tarball. Run in the package's folder.
//
//   package.mjs             publint, are-the-types-wrong, API snapshot; changes nothing
//   package.mjs --update    also accepts the present API as the snapshot (--allow-breaking for a breaking change)

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { snapshotPackage } from "tsnapi";

const { values } = parseArgs({
  options: { update: { type: "boolean", default: false }, "allow-breaking": { type: "boolean", default: false } },
});
const folder = process.cwd();
const windows = process.platform === "win32"; // starts .cmd files through its shell only
const workshop = mkdtempSync(join(tmpdir(), "unfold-package-"));
try {
  const problems = await findProblems();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  rmSync(workshop, { recursive: true, force: true });
}

async function findProblems() {
  const packed = JSON.parse(
    execFileSync("pnpm", ["pack", "--json", "--pack-destination", workshop], { encoding: "utf8", shell: windows }),
  );
  const tarball = readFileSync(packed.filename);
  execFileSync("tar", ["-xzf", packed.filename], { cwd: workshop });
  const problems = [...(await lintProblems(tarball)), ...(await typeProblems(tarball))];
  // Without the files that the exports name there is no API to look at.
  return problems.length > 0 ? problems : apiProblems(join(workshop, "package"));
}

async function lintProblems(tarball) {
  const { messages, pkg } = await publint({ pack: { tarball: Uint8Array.from(tarball).buffer }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg)}`);
}

async function typeProblems(tarball) {
  const { types, problems } = await checkPackage(createPackageFromTarballData(tarball));
  if (!types) return ["are-the-types-wrong: the package has no types"];
  // The packages are ES modules only, so `require` of them by a resolver without ESM support is no problem of theirs. Nor is it
  // one that types for `require` stand before an ES module ("FalseCJS"): every Node that they support requires it.
  return problems
    .filter(({ resolutionKind }) => resolutionKind === "bundler" || resolutionKind === "node16-esm")
    .map(({ kind, entrypoint, resolutionKind }) => `are-the-types-wrong: ${kind} (${entrypoint}, ${resolutionKind})`);
}

/**
 * Compares the API with the snapshot. What takes the snapshot writes it where it finds none, or another one: so it works on
 * copies, and api/ changes when the API is accepted and at no other time.
 */
async function apiProblems(unpacked) {
  const snapshot = resolve(folder, "api");
  const accept = `pnpm --filter ${process.env.npm_package_name} check:package --update`;
  if (!values.update && !existsSync(snapshot))
    return [`There is no snapshot of the public API in api/. Run: ${accept}`];

  nameOneFileOfTypes(unpacked);
  const [present, compared] = ["present", "compared"].map((name) => join(workshop, name));
  await snapshotPackage(unpacked, { outputDir: present });
  if (existsSync(snapshot)) cpSync(snapshot, compared, { recursive: true });
  const { diff, breaking } = await snapshotPackage(unpacked, { outputDir: compared, update: values.update });
  const [known, now] = [snapshot, present].map((place) => (existsSync(place) ? readdirSync(place) : []));
  const added = known.length === 0 ? [] : now.filter((name) => !known.includes(name));
  const removed = known.filter((name) => !now.includes(name));

  if (values.update) {
    if ((breaking.length > 0 || removed.length > 0) && !values["allow-breaking"]) {
      const change = [diff, ...removed.map((name) => `api/${name} has no entry point any more`)].filter(Boolean);
      return [`${change.join("\n")}\nThis breaks those who use it. If that is meant, run: ${accept} --allow-breaking`];
    }
    rmSync(snapshot, { recursive: true, force: true });
    cpSync(present, snapshot, { recursive: true });
    return [];
  }
  const changes = [
    ...(diff === null ? [] : [diff]),
    ...added.map((name) => `${name} is not in api/`),
    ...removed.map((name) => `api/${name} has no entry point any more`),
  ];
  return changes.length === 0
    ? []
    : [`${changes.join("\n")}\nThe public API has changed. If that is meant, run: ${accept}`];
}

/** What takes the snapshot looks for types under the one condition "types", where the packages have some for `require` too. */
function nameOneFileOfTypes(unpacked) {
  const file = join(unpacked, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  for (const conditions of Object.values(manifest.exports)) {
    if (typeof conditions.types === "object") conditions.types = conditions.types.default;
  }
  writeFileSync(file, JSON.stringify(manifest));
}
