import { grad } from "@unfoldjs/autograd";
import { Dropout, Flatten, Linear, ReLU, Sequential } from "@unfoldjs/nn";
import { Generator, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { BasicConv2d, Conv2dNormActivation } from "../blocks/conv-norm.ts";
import { Inception } from "../blocks/inception-v1.ts";
import { AvgPool2d, MaxPool2d } from "../layers/pooling.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { SeparableConv2d } from "../layers/separable-conv2d.ts";
import { cost } from "./cost.ts";
import { receptiveField } from "./receptive-field.ts";

describe("cost", () => {
  test("of 28 × 28 × 192 → 32 by 5 × 5 is 120 million multiply-adds, and 12.4 million through 16 channels of 1 × 1", () => {
    const whole = cost(new Conv2d(192, 32, 5, { padding: 2 }), [1, 192, 28, 28]);
    expect(whole.multiplyAdds).toBe(120_422_400);
    const narrow = new Sequential(new Conv2d(192, 16, 1), new Conv2d(16, 32, 5, { padding: 2 }));
    const through = cost(narrow, [1, 192, 28, 28]);
    expect(through.multiplyAdds).toBe(12_443_648);
    expect(through.layers.map(({ path, multiplyAdds }) => [path, multiplyAdds])).toEqual([
      ["0", 2_408_448],
      ["1", 10_035_200],
    ]);
    expect(through.parameters).toBe(192 * 16 + 16 + 16 * 32 * 25 + 32);
  });

  test("counts the bytes of what each layer computes, and leaves views out", () => {
    const model = new Sequential(new Conv2d(1, 2, 3), new ReLU(), new Flatten(), new Linear(2 * 4 * 4, 5));
    const { layers, activationBytes } = cost(model, [3, 1, 6, 6]);
    expect(layers.map(({ path, activationBytes: bytes, outputShape }) => [path, bytes, outputShape])).toEqual([
      ["0", 4 * 3 * 2 * 16, [3, 2, 4, 4]],
      ["1", 4 * 3 * 2 * 16, [3, 2, 4, 4]],
      ["3", 4 * 3 * 5, [3, 5]],
    ]);
    expect(activationBytes).toBe(4 * 3 * (2 * 16 + 2 * 16 + 5));
  });

  test("of a separable convolution is what its docstring says", () => {
    const { multiplyAdds } = cost(new SeparableConv2d(8, 16, 3, { padding: 1 }), [1, 8, 10, 10]);
    expect(multiplyAdds).toBe(100 * 8 * (9 + 16));
  });
});

describe("receptiveField", () => {
  test("two of 3 × 3 see 5 × 5, three 7 × 7 (Simonyan & Zisserman 2015, section 2.3)", () => {
    const conv = (): Conv2d => new Conv2d(1, 1, 3);
    expect(receptiveField([conv(), conv(), conv()]).map(({ size }) => size)).toEqual([
      [3, 3],
      [5, 5],
      [7, 7],
    ]);
  });

  test("knows strides, paddings and dilations, of rows and columns", () => {
    const rows = receptiveField([
      { kernelSize: 7, stride: 2, padding: 3 },
      new MaxPool2d(3, { stride: 2, padding: 1 }),
      new Sequential(new ReLU(), new Conv2d(1, 1, [1, 3], { dilation: 2 }), new Dropout()),
      new AvgPool2d(2),
    ]);
    expect(rows).toEqual([
      { layer: "window", size: [7, 7], jump: [2, 2], start: [-3, -3] },
      { layer: "MaxPool2d", size: [11, 11], jump: [4, 4], start: [-5, -5] },
      { layer: "Conv2d", size: [11, 27], jump: [4, 4], start: [-5, -5] },
      { layer: "AvgPool2d", size: [15, 31], jump: [8, 8], start: [-5, -5] },
    ]);
  });

  test("is where the gradient of one element is not 0", () => {
    const generator = new Generator(3);
    const layers = [
      new Conv2d(1, 2, 3, { stride: 2, padding: 1, generator }),
      new SeparableConv2d(2, 2, 3, { dilation: 2, generator }),
      new Conv2dNormActivation(2, 2, 3, { activation: "none", generator }),
      new AvgPool2d(2),
    ];
    const model = new Sequential(...layers).eval();
    const [height, width] = [40, 37];
    const x = generator.normal([1, 1, height, width]) as Tensor;
    const [row, column] = [2, 3];
    const one = (leaf: Tensor): Tensor<[]> => {
      const y: Tensor = model.forward(leaf);
      return y
        .slice(2, row, row + 1)
        .slice(3, column, column + 1)
        .sum();
    };
    const seen = grad(one)(x).toArray() as number[][][][];
    const touched = seen[0]?.[0]?.map((line) => line.map((value) => value !== 0)) ?? [];
    const rows = touched.flatMap((line, at) => (line.some(Boolean) ? [at] : []));
    const columns = (touched[0] ?? []).flatMap((_, at) => (touched.some((line) => line[at]) ? [at] : []));
    const field = receptiveField(layers).at(-1);
    const first = (axis: 0 | 1, at: number): number => (field?.start[axis] ?? NaN) + at * (field?.jump[axis] ?? NaN);
    const [top, left] = [first(0, row), first(1, column)];
    expect([rows[0], rows.at(-1)]).toEqual([top, top + (field?.size[0] ?? NaN) - 1]);
    expect([columns[0], columns.at(-1)]).toEqual([left, left + (field?.size[1] ?? NaN) - 1]);
  });

  test("refuses layers with branches, and what is no layer", () => {
    expect(() => receptiveField([new BasicConv2d(1, 1, 3), new Inception(1, 1, 1, 1, 1, 1, 1)])).toThrow(
      /it has branches/,
    );
    expect(() => receptiveField([{ stride: 2 } as never])).toThrow(/layers must be/);
    expect(() => receptiveField([{ kernelSize: 0 }])).toThrow(/kernelSize/);
  });
});
