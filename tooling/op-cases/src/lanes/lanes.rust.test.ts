import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { execPath } from "node:process";
import { describe, expect, test } from "vitest";

/** The digests of all rows, by name, from a process of its own. @param flags of Node, which may bring another core */
function digests(...flags: string[]): ReadonlyMap<string, string> {
  const program = fileURLToPath(new URL("digests.ts", import.meta.url));
  const lines = execFileSync(execPath, ["--conditions=@unfoldjs/source", ...flags, program], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  const byName = new Map<string, string>();
  for (const line of lines.trim().split("\n")) {
    const [name = "", digest = ""] = line.split("\t");
    byName.set(name, (byName.get(name) ?? "") + digest); // a few rows have the same name
  }
  return byName;
}

/** The sources that a core was built from, if there is one. */
function builtFrom(folder: string): string | undefined {
  const file = new URL(`../../../../packages/tensor-core/${folder}/sources.sha256`, import.meta.url);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

const isThere = builtFrom("wasm-scalar") !== undefined;
const none: ReadonlyMap<string, string> = new Map();
const plain = isThere ? digests() : none;
const scalar = isThere ? digests("--import", new URL("scalar-core.mjs", import.meta.url).href) : none;

describe.skipIf(!isThere)("a core without SIMD, if it could be built", () => {
  test("is of the same sources: else build the ordinary one anew, by pnpm --filter @unfoldjs/tensor-core build:wasm", () => {
    expect(builtFrom("wasm-scalar")).toBe(builtFrom("wasm"));
  });

  test("computes the same rows", () => {
    expect(plain.size).toBeGreaterThan(900);
    expect([...scalar.keys()]).toEqual([...plain.keys()]);
  });

  test.each([...plain])("%s has the same bits by plain SIMD and by the scalar lane", (name, digest) => {
    expect(scalar.get(name)).toBe(digest);
  });
});
