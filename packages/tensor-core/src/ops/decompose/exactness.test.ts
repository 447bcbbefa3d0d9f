import { describe, expect, test } from "vitest";
import { eigh, scope, svd, tensor } from "../../index.node.ts";

describe("eigenvectors", () => {
  test("are turned by what is next to nothing, where nothing else decides", () => {
    // Of two equal eigenvalues: 1e-8 beside them makes (1, ∓1) / √2 of the axes, though no f32 tells the eigenvalues apart.
    scope(() => {
      const { eigenvectors: vectors } = eigh(
        tensor([
          [1, 1e-8],
          [1e-8, 1],
        ]),
      );
      for (const element of vectors.data()) expect(Math.abs(element)).toBeCloseTo(Math.SQRT1_2, 6);
    });
  });

  test("of equal magnitudes begin above 0: rounding has no say", () => {
    for (let i = 1; i <= 200; i++) {
      scope(() => {
        const [a, b] = [i / 7, ((i * 31) % 17) / 3 + 0.1];
        const { eigenvectors: vectors } = eigh(
          tensor([
            [a, b],
            [b, a],
          ]),
        );
        const [first = 0, second = 0] = vectors.data();
        expect(Math.min(first, second)).toBeGreaterThan(0.7);
      });
    }
  });
});

test("of eigenvectors whose elements are all as large, rounding chooses no sign", () => {
  // Sylvester's matrices of ±1: each column begins with 1, and is an eigenvector of its own value.
  for (const levels of [2, 3, 4]) {
    const n = 2 ** levels;
    const sign = (i: number, j: number): number => {
      let bits = i & j;
      let product = 1;
      for (; bits > 0; bits &= bits - 1) product = -product;
      return product;
    };
    const each = Array.from({ length: n }, (_, i) => i);
    for (let seed = 1; seed <= 30; seed++) {
      scope(() => {
        const value = (k: number): number => k + 1 + Math.sin(seed * (k + 1)) / 3;
        const matrix = each.map((i) =>
          each.map((j) => each.reduce((sum, k) => sum + value(k) * sign(i, k) * sign(j, k), 0) / n),
        );
        const vectors = eigh(tensor(matrix)).eigenvectors.toArray() as number[][];
        for (const first of vectors[0] ?? []) expect(first).toBeCloseTo(1 / Math.sqrt(n), 4);
      });
    }
  }
});

test("columns that a full U has behind the others have their largest element above 0", () => {
  scope(() => {
    for (let seed = 1; seed <= 20; seed++) {
      const rows = Array.from({ length: 5 }, (_, i) => [
        Math.sin(seed * (i + 1) * 1.7),
        Math.cos(seed * (i + 2) * 0.9),
      ]);
      const u = svd(tensor(rows)).u.toArray() as number[][];
      for (const column of [2, 3, 4]) {
        const elements = u.map((row) => row[column] ?? 0);
        const largest = elements.reduce((most, each) => (Math.abs(each) > Math.abs(most) + 1e-6 ? each : most), 0);
        expect(largest).toBeGreaterThan(0);
      }
    }
  });
});
