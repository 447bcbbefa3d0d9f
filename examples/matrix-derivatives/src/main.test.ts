import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const { status, stdout, stderr } = spawnSync(
  process.execPath,
  ["--conditions=@unfoldjs/source", "--disable-warning=ExperimentalWarning", join(import.meta.dirname, "main.ts")],
  { encoding: "utf8", timeout: 60_000 },
);

test("the program ends well", () => {
  expect([status, stderr]).toEqual([0, ""]);
});

test("its README shows what it prints", () => {
  const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");
  expect(readme).toContain(`\`\`\`text\n${stdout.trimEnd()}\n\`\`\``);
});

test("the Jacobian of A x is A, and the Hessian of xᵀ B x is B + Bᵀ", () => {
  expect(stdout).toMatch(/∂Y\/∂x is A\n─+\n\[\[1, 2, 3\], \[4, 5, 6\]\]\n/);
  expect(stdout).toMatch(/B \+ Bᵀ\n─+\n\[\[4, 6\], \[6, 6\]\]\n/);
});

test("no gradient differs from its difference", () => {
  expect(stdout).not.toContain("WRONG");
});
