import {
  bincount,
  type DType,
  eigh,
  fromArray,
  memory,
  scope,
  searchSorted,
  type Shape,
  svd,
  type Tensor,
  unique,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { grad } from "../../index.ts";
import fixtures from "./torch.json" with { type: "json" };

// tooling/oracle/decompose says how the fixtures are made: by PyTorch in f64, from f32 inputs.

interface Stored {
  readonly shape: readonly number[];
  /** Numbers with a space between, as JSON has no NaN. */
  readonly values: string;
}

const floats = ({ values }: Stored): Float32Array<ArrayBuffer> =>
  Float32Array.from(
    values.split(" ").filter((text) => text !== ""),
    Number,
  );
const real = (of: Stored): Tensor => fromArray<Shape>(floats(of), of.shape);
const whole = (of: Stored): Tensor<Shape, "i32"> => fromArray<Shape>(Int32Array.from(floats(of)), of.shape);

function expectNear(found: Tensor<Shape, DType>, wanted: Stored, tolerance: number): void {
  expect(found.shape).toEqual(wanted.shape);
  const [values, due] = [found.data(), floats(wanted)];
  for (const [at, value] of due.entries())
    expect(Math.abs((values[at] ?? NaN) - value), `element ${at}`).toBeLessThan(tolerance * (1 + Math.abs(value)));
}

function expectSame(found: Tensor<Shape, DType>, wanted: Stored): void {
  expect(found.shape).toEqual(wanted.shape);
  expect(Array.from(found.data(), (each) => each + 0)).toEqual(Array.from(floats(wanted), (each) => each + 0));
}

const ROUNDING = 1e-6;

describe("as PyTorch", () => {
  test.each(fixtures.svd.map((each) => [`${each.x.shape.join(" × ")}, full: ${each.full}`, each] as const))(
    "singular values and vectors of %s, and their gradients",
    (_, { x, full, u, s, vh, shapes, weights, gradients }) => {
      const before = memory().bytes;
      scope(() => {
        const few = s.shape.at(-1) ?? 0;
        const ours = svd(real(x), { fullMatrices: full });
        expect([ours.u, ours.s, ours.vh].map(({ shape }) => shape)).toEqual(shapes);
        expectNear(ours.u.slice(-1, 0, few), u, ROUNDING);
        expectNear(ours.s, s, ROUNDING);
        expectNear(ours.vh.slice(-2, 0, few), vh, ROUNDING);
        const bySingularValues = grad((at: Tensor) => svd(at, { fullMatrices: full }).s.mul(real(weights.s)).sum());
        expectNear(bySingularValues(real(x)), gradients.s, 10 * ROUNDING);
        const byVectors = grad((at: Tensor) => {
          const found = svd(at, { fullMatrices: full });
          const scaled: Tensor = (found.u as Tensor).slice(-1, 0, few).mul(real(weights.s).unsqueeze(-2));
          const outer: Tensor = scaled.matmul((found.vh as Tensor).slice(-2, 0, few));
          return outer.mul(real(weights.outer)).sum();
        });
        expectNear(byVectors(real(x)), gradients.vectors, 50 * ROUNDING);
      });
      expect(memory().bytes).toBe(before);
    },
  );

  test.each(fixtures.eigh.map((each) => [each.x.shape.join(" × "), each] as const))(
    "eigenvalues and eigenvectors of %s, and their gradients",
    (_, { x, eigenvalues, eigenvectors, weights, gradients }) => {
      const before = memory().bytes;
      scope(() => {
        for (const options of [{}, { uplo: "L" }, { uplo: "U" }] as const) {
          const ours = eigh(real(x), options);
          expectNear(ours.eigenvalues, eigenvalues, ROUNDING);
          expectNear(ours.eigenvectors, eigenvectors, ROUNDING);
          const byValues = grad((at: Tensor) => eigh(at, options).eigenvalues.mul(real(weights.values)).sum());
          expectNear(byValues(real(x)), gradients.values, 10 * ROUNDING);
          const byVectors = grad((at: Tensor) =>
            (eigh(at, options).eigenvectors as Tensor).square().mul(real(weights.vectors)).sum(),
          );
          expectNear(byVectors(real(x)), gradients.vectors, 50 * ROUNDING);
        }
      });
      expect(memory().bytes).toBe(before);
    },
  );

  test("different elements, NaN each by itself", () => {
    const before = memory().bytes;
    scope(() => {
      for (const [at, wanted] of fixtures.unique.entries()) {
        const found = at === 0 ? unique(real(wanted.x)) : unique(whole(wanted.x));
        expectSame(found.values, wanted.values);
        expectSame(found.inverse, wanted.inverse);
        expectSame(found.counts, wanted.counts);
      }
    });
    expect(memory().bytes).toBe(before);
  });

  test("counts and weights of whole numbers", () => {
    const before = memory().bytes;
    scope(() => {
      const { x, weights, counts, sums } = fixtures.bincount;
      expectSame(bincount(whole(x), { minLength: 8 }), counts);
      expectSame(bincount(whole(x), { weights: real(weights) }), sums);
    });
    expect(memory().bytes).toBe(before);
  });

  test("places in sequences", () => {
    const before = memory().bytes;
    scope(() => {
      const { sequence, values, left, right, list, unsorted, sorter, bySorter } = fixtures.searchSorted;
      expectSame(searchSorted(real(sequence), real(values)), left);
      expectSame(searchSorted(real(sequence), real(values), { right: true }), right);
      expectSame(searchSorted(real(sequence).at(0), real(values)), list);
      expectSame(searchSorted(real(unsorted), real(values), { sorter: whole(sorter) }), bySorter);
    });
    expect(memory().bytes).toBe(before);
  });
});
