import { expect, test } from "vitest";
import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  type ConvolutionOptions,
  Generator,
  scope,
  type Tensor,
} from "../../index.node.ts";

type Four = readonly [number, number, number, number];

/** Shapes of x and of the weight: each goes a way of its own through the kernels, with parts that do not fill lanes. */
const ROWS: readonly [string, Four, Four, ConvolutionOptions][] = [
  ["1 × 1 over several images", [3, 4, 8, 9], [5, 4, 1, 1], {}],
  ["1 × 1 over several images, in groups", [3, 6, 8, 8], [4, 3, 1, 1], { groups: 2 }],
  ["1 × 1 over small images", [3, 4, 3, 3], [5, 4, 1, 1], {}],
  ["few outputs in a row of seven", [2, 8, 3, 9], [9, 8, 3, 3], {}],
  ["few outputs in a row of five, in groups", [3, 18, 3, 7], [20, 9, 3, 3], { groups: 2 }],
  ["few outputs in a row of seven, with a stride", [2, 8, 3, 15], [9, 8, 3, 3], { stride: 2 }],
  ["few outputs, over borders", [5, 8, 2, 3], [12, 8, 3, 3], { padding: 1 }],
  ["taps that are packed", [4, 9, 7, 7], [33, 9, 3, 3], { padding: 1 }],
  ["taps that are packed, in groups, of a last panel of two", [3, 12, 5, 6], [66, 6, 3, 3], { groups: 2 }],
  ["lanes of filters", [3, 3, 20, 21], [17, 3, 5, 5], { stride: 2 }],
  ["few filters", [2, 3, 13, 17], [5, 3, 3, 3], { dilation: 2 }],
  ["a channel each, small", [3, 7, 7, 5], [7, 1, 3, 3], { groups: 7, padding: 1 }],
  ["a channel each, with a stride", [2, 6, 9, 11], [6, 1, 3, 3], { groups: 6, stride: 2, padding: 1 }],
  ["a channel each, wide", [1, 5, 30, 31], [5, 1, 3, 3], { groups: 5 }],
  ["a channel each, with holes", [2, 5, 9, 8], [5, 1, 3, 3], { groups: 5, dilation: 2, padding: 2 }],
];

/** ⟨a, b⟩ in f64. */
function product(a: Tensor, b: Tensor): number {
  const [x, y] = [a.data(), b.data()];
  return x.reduce((sum, each, i) => sum + each * (y[i] ?? 0), 0);
}

/** A convolution is linear in its image and in its filters, and their gradients are its transposes. */
test.each(ROWS)("⟨x ⋆ w, dy⟩ = ⟨x, dx⟩ = ⟨w, dw⟩: %s", (_, image, filters, options) => {
  scope(() => {
    const generator = new Generator(5);
    const [x, weight] = [generator.normal(image), generator.normal(filters)];
    const y = conv2d(x, weight, undefined, options);
    const dy = generator.normal(y.shape);
    const wanted = product(y, dy);
    const size = Math.sqrt(product(y, y) * product(dy, dy));
    const ofImage = product(x, conv2dInputGradient(dy, weight, image, options));
    const ofFilters = product(weight, conv2dFilterGradient(x, dy, filters, options));
    expect(Math.abs(ofImage - wanted) / size).toBeLessThan(1e-6);
    expect(Math.abs(ofFilters - wanted) / size).toBeLessThan(1e-6);
  });
});
