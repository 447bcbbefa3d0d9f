import { gradcheck } from "@unfoldjs/autograd";
import { decodeModel, encodeModel, Sequential } from "@unfoldjs/nn";
import { Generator, ones, ShapeError, type Tensor, tensor, ValueError, zeros } from "@unfoldjs/tensor-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { AdaptiveAvgPool2d, AdaptiveMaxPool2d } from "./adaptive-pooling.ts";
import { Conv2d } from "./conv2d.ts";
import { AvgPool2d, MaxPool2d } from "./pooling.ts";

const generator = new Generator(8);
const picture = generator.normal([2, 4, 9, 7]) as Tensor;

/** The sum in the docstring, written out. */
function byDefinition(
  x: Tensor,
  layer: Conv2d,
  stride: number,
  padding: number,
  dilation: number,
  groups: number,
): number[] {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const [filters = 0, seen = 0, kernelRows = 0, kernelColumns = 0] = layer.weight.shape;
  const [pixels, weights, bias] = [x.data(), layer.weight.data(), layer.bias?.data()];
  const rows = Math.floor((height + 2 * padding - dilation * (kernelRows - 1) - 1) / stride) + 1;
  const columns = Math.floor((width + 2 * padding - dilation * (kernelColumns - 1) - 1) / stride) + 1;
  const out: number[] = [];
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < filters; o++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) {
          let sum = bias?.[o] ?? 0;
          for (let c = 0; c < seen; c++)
            for (let u = 0; u < kernelRows; u++)
              for (let v = 0; v < kernelColumns; v++) {
                const [row, column] = [i * stride + u * dilation - padding, j * stride + v * dilation - padding];
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const channel = Math.floor(o / (filters / groups)) * seen + c;
                sum +=
                  (weights[((o * seen + c) * kernelRows + u) * kernelColumns + v] ?? 0) *
                  (pixels[((n * channels + channel) * height + row) * width + column] ?? 0);
              }
          out.push(sum);
        }
  return out;
}

describe("Conv2d", () => {
  const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
  const options = fc.record({
    stride: whole(1, 3),
    padding: whole(0, 3),
    dilation: whole(1, 3),
    groups: fc.constantFrom(1, 2, 4),
    bias: fc.boolean(),
  });

  test("is its sum, whatever its options", () => {
    fc.assert(
      fc.property(options, whole(1, 3), (chosen, kernelSize) => {
        const layer = new Conv2d(4, 8, kernelSize, { ...chosen, generator });
        const { stride, padding, dilation, groups } = chosen;
        const wanted = byDefinition(picture, layer, stride, padding, dilation, groups);
        expect([...layer.forward(picture).data()]).toEqual(wanted.map((value) => expect.closeTo(value, 4)));
      }),
      { seed: 1 },
    );
  });

  test('keeps the size with padding "same", and has kernels that are not square', () => {
    expect(new Conv2d(4, 2, [3, 5], { padding: "same" }).forward(picture).shape).toEqual([2, 2, 9, 7]);
    expect(new Conv2d(4, 2, [3, 5], { padding: [1, 0] }).forward(picture).shape).toEqual([2, 2, 9, 3]);
    expect(new Conv2d(4, 2, [1, 7], { padding: "valid" }).forward(picture).shape).toEqual([2, 2, 9, 1]);
  });

  test("takes a picture without a batch axis, in every mode", () => {
    const each = [
      new Conv2d(4, 2, 3),
      new Conv2d(4, 2, 3, { padding: 1, paddingMode: "circular" }),
      new MaxPool2d(2, { padding: [1, 0, 0, 1] }),
      new AvgPool2d(3, { stride: 1, padding: "same" }),
      new AdaptiveAvgPool2d(2),
      new AdaptiveMaxPool2d(1),
    ];
    for (const layer of each) {
      const [alone, batch] = [layer.forward(picture.at(1)), layer.forward(picture)];
      expect(alone.toArray()).toEqual(batch.at(1).toArray());
    }
  });

  test("exact does without tiles", () => {
    const spoilt = (exact: boolean): number => {
      const layer = new Conv2d(16, 16, 3, { padding: 1, exact, generator });
      const x = zeros([1, 16, 20, 20]);
      x.at(0, 3, 10, 10).assign(tensor(NaN));
      return layer.forward(x).data().subarray(0, 400).filter(Number.isNaN).length;
    };
    expect(spoilt(true)).toBe(9);
    expect(spoilt(false)).toBeGreaterThan(9);
  });

  test.each([
    ["zeros", [0, 0, 0, 1, 2, 3, 0, 0, 0]],
    ["reflect", [3, 2, 1, 2, 3, 2, 1]],
    ["replicate", [1, 1, 1, 1, 2, 3, 3, 3, 3]],
    ["circular", [1, 2, 3, 1, 2, 3, 1, 2, 3]],
  ] as const)("pads with %s", (paddingMode, row) => {
    const layer = new Conv2d(1, 1, 1, { padding: [0, (row.length - 3) / 2], paddingMode, bias: false });
    layer.loadStateDict({ weight: ones([1, 1, 1, 1]) });
    expect(layer.forward(tensor([[[[1, 2, 3]]]])).toArray()).toEqual([[[row]]]);
  });

  test("starts as PyTorch's: uniform in ±1/√fanIn", () => {
    const { weight, bias } = new Conv2d(16, 64, 5, { groups: 2, generator: new Generator(2) });
    const bound = 1 / Math.sqrt(8 * 25);
    expect(weight.shape).toEqual([64, 8, 5, 5]);
    const values = [...weight.data()];
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
    expect(values.reduce((sum, w) => sum + w * w, 0) / values.length / (bound * bound)).toBeCloseTo(1 / 3, 2);
    expect(Math.max(...[...(bias?.data() ?? [])].map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
  });

  test("has the gradients of finite differences", () => {
    const layer = new Conv2d(4, 2, 3, { stride: 2, padding: 1, generator });
    const { ok, report } = gradcheck((x: Tensor) => layer.forward(x), picture);
    expect(ok ? "" : report).toBe("");
  });

  test("refuses channels and options that make no sense", () => {
    expect(() => new Conv2d(4, 8, 3, { groups: 3 })).toThrow(/groups must divide/);
    expect(() => new Conv2d(0, 8, 3)).toThrow(ValueError);
    expect(() => new Conv2d(4, 8, 0)).toThrow(ValueError);
    expect(() => new Conv2d(3, 8, 3).forward(picture)).toThrow(ShapeError);
    expect(() => new Conv2d(4, 8, 10).forward(picture)).toThrow(ShapeError);
    expect(() => new Conv2d(4, 8, 3, { stride: 2, padding: "same" })).toThrow(ValueError);
    expect(() => new Conv2d(4, 8, 3, { paddingMode: "mirror" as never })).toThrow(
      /"zeros" or "reflect" or "replicate" or "circular"/,
    );
    expect(() => new Conv2d(4, 8, 3, { padding: 8, paddingMode: "reflect" }).forward(picture)).toThrow(ShapeError);
  });
});

describe("pooling", () => {
  const square = tensor([
    [
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10, 11, 12],
        [13, 14, 15, 16],
      ],
    ],
  ]) as Tensor;
  const cases: [string, { forward(x: Tensor): Tensor }, unknown][] = [
    [
      "largest of each window",
      new MaxPool2d(2),
      [
        [6, 8],
        [14, 16],
      ],
    ],
    [
      "overlapping windows",
      new MaxPool2d(2, { stride: 1 }),
      [
        [6, 7, 8],
        [10, 11, 12],
        [14, 15, 16],
      ],
    ],
    [
      "mean of each window",
      new AvgPool2d(2),
      [
        [3.5, 5.5],
        [11.5, 13.5],
      ],
    ],
    [
      "mean with zeros around",
      new AvgPool2d(2, { padding: 1 }),
      [
        [0.25, 1.25, 1],
        [3.5, 8.5, 5],
        [3.25, 7.25, 4],
      ],
    ],
    [
      "mean without the zeros around",
      new AvgPool2d(2, { padding: 1, countIncludePad: false }),
      [
        [1, 2.5, 4],
        [7, 8.5, 10],
        [13, 14.5, 16],
      ],
    ],
    ["mean to a size", new AdaptiveAvgPool2d([1, 2]), [[7.5, 9.5]]],
    [
      "largest to a size",
      new AdaptiveMaxPool2d(3),
      [
        [6, 7, 8],
        [10, 11, 12],
        [14, 15, 16],
      ],
    ],
  ];
  test.each(cases)("%s", (_, layer, wanted) => {
    expect(layer.forward(square).toArray()).toEqual([[wanted]]);
  });

  test("refuses windows that are no windows", () => {
    expect(() => new MaxPool2d(0)).toThrow(ValueError);
    expect(() => new AvgPool2d([2, 1.5])).toThrow(ValueError);
    expect(() => new MaxPool2d(2, { padding: [0, 1, 0] as never })).toThrow(/padding must be/);
    expect(() => new AvgPool2d(2, { padding: "all" as never })).toThrow(/padding must be/);
    expect(() => new AdaptiveAvgPool2d(0)).toThrow(ValueError);
    expect(() => new MaxPool2d(9).forward(square)).toThrow(ShapeError);
  });
});

describe("layers in a file", () => {
  test("are built again as they were", () => {
    const net = new Sequential(
      new Conv2d(4, 6, [3, 2], { stride: [1, 2], padding: "valid", groups: 2, bias: false, generator }),
      new Conv2d(6, 4, 2, { padding: 1, paddingMode: "replicate", exact: true }),
      new MaxPool2d(2, { stride: 1, padding: "same" }),
      new AvgPool2d(2, { padding: 1, countIncludePad: false }),
      new AdaptiveMaxPool2d(3),
      new AdaptiveAvgPool2d(1),
    );
    const built = decodeModel(encodeModel(net, { layers }), { layers }) as Sequential;
    expect(String(built)).toBe(String(net));
    expect(built.forward(picture).toArray()).toEqual(net.forward(picture).toArray());
  });
});
