import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "unfold-matrix-derivatives-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program from its sources. */
function derive(...options: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    [
      "--conditions=@unfoldjs/source",
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "main.ts"),
      ...options,
    ],
    { encoding: "utf8", timeout: 60_000, cwd: folder },
  );
}
const metrics = (name: string): unknown => JSON.parse(readFileSync(join(folder, name, "metrics.json"), "utf8"));
const { status, stdout, stderr } = derive();

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
  expect(metrics("out/matrix-derivatives")).toEqual({
    seed: 1,
    product: {
      byX: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      byA: [
        [
          [7, 8, 9],
          [0, 0, 0],
        ],
        [
          [0, 0, 0],
          [7, 8, 9],
        ],
      ],
      isAsDifferences: true,
    },
    quadratic: {
      hessian: [
        [4, 6],
        [6, 6],
      ],
      isAsDifferences: true,
    },
  });
});

test("no gradient differs from its difference", () => {
  expect(stdout).not.toContain("WRONG");
});

test("another seed has other numbers, and a quick look the first derivation alone", () => {
  const other = derive("--seed", "2", "--quick", "--out", "other");
  expect([other.status, other.stderr]).toEqual([0, ""]);
  expect(other.stdout).toContain("Y = A x");
  expect(other.stdout).not.toMatch(/xᵀ B x|WRONG|\[\[1, 2, 3\]/);
  expect(metrics("other")).toEqual({
    seed: 2,
    product: { byA: expect.any(Array), byX: expect.any(Array), isAsDifferences: true },
  });
});
