import { expect, test } from "vitest";
import { suites } from "./index.ts";

test("names tell suites and the cases of a suite apart", () => {
  const names = suites.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { cases } of suites) expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

test("a case poses the same problem each time, with data that is not zeros", async () => {
  const product = suites.find(({ name }) => name === "matmul")?.cases.find(({ name }) => name === "64");
  const seen: Float32Array[] = [];
  for (const posed of [product?.pose(), product?.pose()]) {
    const contender = await posed?.prepare({
      matmul({ left, right }) {
        seen.push(left, right);
        return { run() {}, outputs: () => ({ product: new Float32Array(64 * 64) }), dispose() {} };
      },
    });
    expect(posed?.check((await contender?.outputs()) ?? {})).toBe(
      "product is off by 1.0e+0 of its largest value, 1e-5 is allowed",
    );
  }
  expect(seen[2]).toEqual(seen[0]);
  expect(seen[3]).toEqual(seen[1]);
  expect(seen[1]).not.toEqual(seen[0]);
  expect(seen[0]?.every((value) => value !== 0)).toBe(true);
});
