import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const repository = resolve(import.meta.dirname, "../..");
const oxlint = join(import.meta.dirname, "node_modules", ".bin", "oxlint");

let workspace;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "unfold-boundaries-"));
  cpSync(join(repository, ".oxlintrc.json"), join(workspace, ".oxlintrc.json"));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

function lint(files) {
  for (const [name, content] of Object.entries(files)) {
    const path = join(workspace, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  try {
    execFileSync(oxlint, ["-f", "json"], {
      cwd: workspace,
      encoding: "utf8",
      shell: process.platform === "win32",
      timeout: 60_000,
    });
    return [];
  } catch (error) {
    return JSON.parse(error.stdout).diagnostics.map(({ code }) => code);
  }
}

const restricted = "eslint(no-restricted-imports)";
const importing = (specifier) => `import { a } from "${specifier}";\nexport const b: unknown = a;\n`;

test.each([
  ["tensor-core", "@unfoldjs/autograd"],
  ["tensor-core", "@unfoldjs/datasets"],
  ["autograd", "@unfoldjs/nn"],
  ["datasets", "@unfoldjs/autograd"],
  ["decoding", "@unfoldjs/tensor-core"],
  ["nn", "@unfoldjs/vision-layers"],
  ["nn", "@unfoldjs/datasets"],
  ["vision-layers", "@unfoldjs/datasets"],
  ["vision-layers", "@unfoldjs/sequence-layers"],
  ["sequence-layers", "@unfoldjs/vision-layers"],
  ["embeddings", "@unfoldjs/sequence-layers"],
  ["embeddings", "@unfoldjs/datasets"],
  ["autograd", "@unfoldjs/tensor-core/dist/index.js"],
  ["autograd", "../../tensor-core/src/index.ts"],
])("%s may not import %s", (name, specifier) => {
  expect(lint({ [`packages/${name}/src/a.ts`]: importing(specifier) })).toEqual([restricted]);
});

test.each([
  ["autograd", "@unfoldjs/tensor-core"],
  ["nn", "@unfoldjs/autograd"],
  ["vision-layers", "@unfoldjs/nn"],
  ["sequence-layers", "@unfoldjs/nn"],
  ["embeddings", "@unfoldjs/nn"],
  ["datasets", "@unfoldjs/tensor-core"],
])("%s may import %s", (name, specifier) => {
  expect(lint({ [`packages/${name}/src/a.ts`]: importing(specifier) })).toEqual([]);
});

test("a cycle of imports is found", () => {
  const problems = lint({
    "packages/nn/src/a.ts": 'import { b } from "./b.ts";\nexport const a: unknown = () => b;\n',
    "packages/nn/src/b.ts": 'import { a } from "./a.ts";\nexport const b: unknown = () => a;\n',
  });
  expect(problems).toEqual(["import(no-cycle)", "import(no-cycle)"]);
});
