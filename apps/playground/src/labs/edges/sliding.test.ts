import { memory } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { explainSliding, slide, usesOf } from "./sliding-operation.ts";
import {
  DILATIONS,
  enoughPadding,
  FILTER_SIDES,
  halves,
  layersOf,
  type Layout,
  leftOver,
  outputSide,
  PADDINGS,
  samePadding,
  SIZES,
  STRIDES,
  verticalFilter,
} from "./sliding.ts";

const usual: Layout = { n: 6, f: 3, p: 0, s: 1, d: 1 };

// From Ng's course (Convolutional Neural Networks, 2017, week 1): "padding" and "strided convolutions".
test.each<[Partial<Layout>, number]>([
  [{}, 4],
  [{ p: 1 }, 6],
  [{ n: 7, s: 2 }, 3],
  [{ n: 39 }, 37],
  [{ n: 37, f: 5, s: 2 }, 17],
  [{ n: 17, f: 5, s: 2 }, 7],
  [{ n: 4, f: 5 }, 0],
])("%j comes to %i rows", (change, side) => {
  expect(outputSide({ ...usual, ...change })).toBe(side);
});

test("the padding that keeps the size is half of what a filter spans beside its middle", () => {
  expect([1, 3, 5].map((f) => samePadding({ ...usual, f }))).toEqual([0, 1, 2]);
  expect(samePadding({ ...usual, f: 2 })).toBe(undefined);
  expect(samePadding({ ...usual, d: 2 })).toBe(2);
});

test("layers follow on one another until nothing fits", () => {
  expect(layersOf(usual)).toBe(2); // 6 → 4 → 2
  expect(layersOf({ ...usual, p: 1 })).toBe(Infinity);
  expect(layersOf({ ...usual, f: 5, n: 4 })).toBe(0);
  expect(enoughPadding({ ...usual, f: 5, n: 4 })).toBe(1);
  expect(leftOver({ ...usual, s: 2 })).toBe(1);
});

const layouts = SIZES.flatMap((n) =>
  FILTER_SIDES.flatMap((f) =>
    PADDINGS.flatMap((p) => STRIDES.flatMap((s) => DILATIONS.map((d) => ({ n, f, p, s, d })))),
  ),
);

describe("every size that can be chosen", () => {
  test("comes to the numbers of plain loops", { timeout: 60_000 }, () => {
    for (const layout of layouts) {
      const { n, f, p, s, d } = layout;
      const side = outputSide(layout);
      if (side === 0) continue;
      const [picture, filter] = [halves(n), verticalFilter(f)];
      const uses = new Float32Array(n * n);
      const output = new Float32Array(side * side);
      for (let i = 0; i < side * side * f * f; i++) {
        const [window, weight] = [Math.floor(i / (f * f)), i % (f * f)];
        const row = Math.floor(window / side) * s - p + d * Math.floor(weight / f);
        const column = (window % side) * s - p + d * (weight % f);
        if (row < 0 || column < 0 || row >= n || column >= n) continue;
        uses[row * n + column] = (uses[row * n + column] ?? 0) + 1;
        output[window] = (output[window] ?? 0) + (filter[weight] ?? 0) * (picture[row * n + column] ?? 0);
      }
      expect(slide(layout)).toEqual({ layout, output, uses });
    }
  });

  test("finds a window with enough padding, which can be chosen", () => {
    const most = Math.max(...layouts.map(enoughPadding));
    expect(most).toBeLessThanOrEqual(Math.max(...PADDINGS));
    for (const layout of layouts) expect(outputSide({ ...layout, p: enoughPadding(layout) })).toBeGreaterThan(0);
  });
});

test.each<Partial<Layout>>([{}, { p: 2, s: 2 }, { n: 8, f: 3, p: 1, s: 3, d: 2 }, { f: 4 }])(
  "with %j every window explains its own number",
  (change) => {
    const layout = { ...usual, ...change };
    const side = outputSide(layout);
    for (const [i, x] of slide(layout).output.entries()) {
      const explanation = explainSliding(layout, { row: Math.floor(i / side), column: i % side });
      expect(explanation.channels[0]?.products).toHaveLength(layout.f ** 2);
      expect(explanation.sum).toBe(x);
    }
  },
);

test("where nothing fits no pixel is used, and no memory is kept", () => {
  const before = memory();
  expect([...usesOf({ ...usual, n: 4, f: 5 })]).toEqual(Array.from({ length: 16 }, () => 0));
  slide(usual);
  explainSliding(usual, { row: 1, column: 1 });
  expect(memory().tensors).toBe(before.tensors);
  expect(memory().bytes).toBe(before.bytes);
});
