import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const packages = resolve(import.meta.dirname, "../../packages");

// tensor-core exports the parts that ops are made of, too: its README lists what users call.
test.each(["autograd", "nn", "vision-layers", "sequence-layers", "embeddings", "decoding"])(
  "the README of %s names every value the package exports",
  (name) => {
    const indices = ["index.ts", "pictures.ts", "inspect.ts", "text.ts", "corpus.ts"].map(
      (index) => `${packages}/${name}/src/${index}`,
    );
    const source = indices.map((index) => (existsSync(index) ? readFileSync(index, "utf8") : "")).join("\n");
    const readme = readFileSync(`${packages}/${name}/README.md`, "utf8");
    const exported = [...source.matchAll(/^export \{([^}]*)\}/gm)]
      .flatMap(([, list]) => list.split(",").map((item) => item.trim().split(" as ").at(-1)))
      .filter((item) => item !== "" && !item.startsWith("type "));
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.filter((each) => !new RegExp(`\\b${each}\\b`).test(readme))).toEqual([]);
  },
);
