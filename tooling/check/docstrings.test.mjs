import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { docstringExamples, faultsOf } from "./docstrings.mjs";

const packages = resolve(import.meta.dirname, "../../packages");
const manifestOf = (name) => JSON.parse(readFileSync(`${packages}/${name}/package.json`, "utf8"));

/** What a package and those that it knows export, by the names to import it by. */
function modulesOf(name) {
  const manifest = manifestOf(name);
  const others = Object.keys({ ...manifest.peerDependencies, ...manifest.dependencies, ...manifest.devDependencies })
    .filter((other) => other.startsWith("@unfoldjs/") && other !== "@unfoldjs/config")
    .map((other) => other.slice("@unfoldjs/".length));
  const modules = new Map();
  for (const each of [name, ...others]) {
    for (const [subpath, target] of Object.entries(manifestOf(each).exports)) {
      const file = target["@unfoldjs/source"];
      if (file === undefined) continue;
      // tensor-core has an index for each kind of host, and all export what index.ts does.
      const path = typeof file === "string" && subpath !== "." ? file : "src/index.ts";
      const source = readFileSync(join(packages, each, path), "utf8");
      const names = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) =>
        list.split(",").map((item) =>
          item
            .trim()
            .replace(/^type /, "")
            .split(" as ")
            .at(-1),
        ),
      );
      modules.set(
        `@unfoldjs/${each}${subpath.slice(1)}`,
        names.filter((exported) => exported !== ""),
      );
    }
  }
  return modules;
}

test.each(readdirSync(packages).filter((name) => docstringExamples(join(packages, name)).length > 0))(
  "examples in the docstrings of %s call what there is, as it is called",
  (name) => {
    const folder = join(packages, name);
    expect(faultsOf(folder, docstringExamples(folder), modulesOf(name))).toEqual([]);
  },
  240_000,
);

test("an example that calls what there is not is named with its place, and names of the reader's own are not", () => {
  const folder = join(packages, "embeddings");
  const other = join(folder, "test-results/docstrings-of-a-test");
  mkdirSync(join(other, "src"), { recursive: true });
  try {
    const examples = [
      "/**\n * @example\n * using vectors = await loadVectors(path);\n * vectors.vectorOf(word);\n */",
      "/** @example vectors.mostSimilar(word) // the nearest\n * @throws */",
      "/**\n * @example cosineSimilarity([1], [2], { … })\n */",
    ];
    writeFileSync(join(other, "src/a.ts"), examples.join("\n"));
    const found = docstringExamples(other);
    expect(faultsOf(folder, found, modulesOf("embeddings"))).toEqual([
      expect.stringMatching(/^a\.ts:2: Property 'vectorOf' does not exist on type 'WordVectors'/),
    ]);
  } finally {
    rmSync(other, { recursive: true });
  }
}, 240_000);
