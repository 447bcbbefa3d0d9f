import { grad } from "@unfoldjs/autograd";
import { ReLU, Sequential } from "@unfoldjs/nn";
import { memory, ones, scope, ShapeError, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Inception } from "../blocks/inception-v1.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { AvgPool2d, MaxPool2d } from "../layers/pooling.ts";
import { paddingReport } from "./padding-report.ts";

/** A layer that adds up what it sees. */
const summing = (layer: Conv2d): Conv2d => {
  layer.weight.assign(ones(layer.weight.shape));
  return layer;
};

describe("the notes' two reasons", () => {
  test("a picture of 6 × 6 shrinks to 4 × 4, and its corner is used once where its middle is nine times", () => {
    const [row] = paddingReport(6, [{ kernelSize: 3 }]);
    expect(row).toMatchObject({ layer: "window", size: [4, 4], corner: 1, middle: 9, unused: 0 });
    const line = [1, 2, 3, 3, 2, 1];
    expect(row?.uses.toArray()).toEqual(line.map((down) => line.map((across) => down * across)));
  });

  test("with padding it keeps its size, and the corner is used four times", () => {
    const rows = paddingReport(6, [new Conv2d(1, 4, 3, { padding: "same" }), new Conv2d(4, 4, 3, { padding: 1 })]);
    expect(rows.map(({ size, corner, middle }) => [size, corner, middle])).toEqual([
      [[6, 6], 4, 9],
      [[6, 6], 9, 25],
    ]);
  });
});

describe("is what a layer does", () => {
  test.each([
    [[9, 7], new Conv2d(1, 1, 3, { bias: false, stride: 2 })],
    [[9, 7], new Conv2d(1, 1, [2, 4], { bias: false, padding: "same" })],
    [[8, 8], new Conv2d(1, 1, 3, { bias: false, dilation: 2, padding: [0, 1, 2, 3] })],
    [[11, 5], new Conv2d(1, 1, [5, 1], { bias: false, stride: [3, 2], padding: [2, 0] })],
  ] as const)("%j, by the gradient of a layer that adds up: case %#", (size, layer) => {
    const x = ones([1, 1, ...size]);
    const [row] = paddingReport(size, [layer]);
    const uses = grad((of: Tensor) => summing(layer).forward(of).sum())(x);
    expect([1, 1, ...(row?.size ?? [])]).toEqual(layer.forward(x).shape);
    expect(row?.uses.toArray()).toEqual(uses.at(0, 0).toArray());
    expect(row?.unused).toBe(uses.data().filter((use) => use === 0).length);
  });

  test.each([
    [7, new MaxPool2d(2)],
    [7, new MaxPool2d(2, { ceilMode: true })],
    [5, new MaxPool2d(2, { stride: 3, padding: 1, ceilMode: true })],
    [8, new AvgPool2d(3, { stride: 2, padding: [0, 1, 1, 0] })],
    [3, new MaxPool2d(4, { ceilMode: true })], // hangs over the end by less than a stride
    [1, new AvgPool2d(4, { stride: 2, padding: 1, ceilMode: true })],
  ])("poolings give its sizes: %s, case %#", (size, layer) => {
    expect([1, 1, ...(paddingReport(size, [layer])[0]?.size ?? [])]).toEqual(
      layer.forward(ones([1, 1, size, size])).shape,
    );
  });

  test("behind several, by which outputs one pixel changes", () => {
    const layers = [
      new Conv2d(1, 1, 3, { bias: false, stride: 2, padding: 1 }),
      new ReLU(),
      new Conv2d(1, 1, 3, { bias: false, dilation: 2, padding: 1 }),
    ] as const;
    const [first, , last] = layers;
    const whole = new Sequential(summing(first), layers[1], summing(last));
    const report = paddingReport([9, 8], [whole]);
    expect(report.map(({ layer }) => layer)).toEqual(["Conv2d", "Conv2d"]);
    const uses = Array.from({ length: 72 }, (_, pixel) => {
      const x = ones([72]).mul(0);
      x.at(pixel).assign(ones([]));
      return whole
        .forward(x.reshape([1, 1, 9, 8]))
        .data()
        .filter((value) => value !== 0).length;
    });
    expect([...(report.at(-1)?.uses.data() ?? [])]).toEqual(uses);
  });
});

test("refuses what does not fit, in its own name, and keeps its pictures alone", () => {
  expect(() => paddingReport(4, [{ kernelSize: 3 }, { kernelSize: 3 }])).toThrow(ShapeError);
  expect(() => paddingReport(28, [new Inception(1, 1, 1, 1, 1, 1, 1)])).toThrow(
    /^paddingReport: a layer has no one window/,
  );
  expect(() => paddingReport(28, [{ kernelSize: 0 }])).toThrow(/^paddingReport/);
  expect(() => paddingReport(5000, [])).toThrow(ValueError);
  scope(() => {
    const before = memory().tensors;
    expect(paddingReport(9, [{ kernelSize: 3 }, { kernelSize: 2, stride: 2 }])).toHaveLength(2);
    expect(memory().tensors).toBe(before + 2);
  });
});
