import { differentiate } from "@unfoldjs/autograd";
import { Adam, backward, crossEntropy, decodeModel, encodeModel, type Layer } from "@unfoldjs/nn";
import {
  fromArray,
  Generator,
  memory,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { distance, drawn, fill, sampled } from "../testing/drawn.ts";
import fixtures from "./unet-fixtures.json" with { type: "json" };
import { UNet, type UNetOptions } from "./unet.ts";

describe.each(fixtures.rows.map((row) => [JSON.stringify(row.options), row] as const))("UNet %s", (_, row) => {
  const model = fill(new UNet(row.options as UNetOptions)).eval();

  test("has the keys and shapes of PyTorch-UNet", () => {
    const own = Object.entries(model.stateDict()).map(([key, { shape }]) => [key, shape]);
    expect(Object.fromEntries(own)).toEqual(row.keys);
  });

  test(`gives what PyTorch ${fixtures.torch} gives, gradients too`, () => {
    const x = drawn("input", row.shape);
    const weight = model.downs[0]?.parameters()[0] as Tensor;
    const y = model.forward(x);
    expect(y.shape).toEqual(row.outputShape);
    expect(distance(sampled(y, 16), row.output)).toBeLessThan(1e-4);
    const dy = drawn("dy", row.outputShape);
    const { gradients } = differentiate(() => model.forward(x).mul<Shape, Shape>(dy).sum(), [x, weight]);
    expect(distance(sampled(gradients[0] as Tensor, 16), row.gradient)).toBeLessThan(1e-4);
    expect(distance(sampled(gradients[1] as Tensor, 16), row.weightGradient)).toBeLessThan(1e-4);
  });
});

test("the whole U-Net has as many parameters as PyTorch-UNet", () => {
  const model = new UNet();
  expect(model.parameterCount).toBe(fixtures.parameters);
  model.dispose();
});

test("the paper's makes 388 × 388 of 572 × 572", () => {
  const model = new UNet({ width: 2, inChannels: 1, padding: "valid", batchNorm: false });
  const { rows } = model.summary([1, 1, 572, 572]);
  expect(rows.find(({ path }) => path === "")?.outputShape).toEqual([1, 2, 388, 388]);
  expect(rows.find(({ path }) => path === "downs.4")?.outputShape).toEqual([1, 32, 28, 28]);
});

test("learns to tell two shapes from what is around them, pixel by pixel, and leaves nothing behind", () => {
  const generator = new Generator(3);
  const [size, batch] = [16, 2];
  const marks = new Int32Array(batch * size * size);
  for (let at = 0; at < marks.length; at++) {
    const [row, column] = [Math.floor(at / size) % size, at % size];
    if (at < size * size) marks[at] = (row - 7) ** 2 + (column - 6) ** 2 < 16 ? 1 : 0;
    else marks[at] = row > 4 && row < 12 && column > 7 ? 2 : 0;
  }
  const labels = fromArray(marks, [batch, size, size]);
  const pictures = labels
    .to("f32")
    .reshape([batch, 1, size, size])
    .add(generator.normal([batch, 1, size, size]).mul(0.3));
  const model = new UNet({ classes: 3, inChannels: 1, width: 6, depth: 2, generator });
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
  const step = (): number => {
    const loss = backward(model, () => crossEntropy<"mean">(model.forward(pictures), labels));
    optimizer.step();
    return loss;
  };
  step();
  const first = step();
  const early = memory();
  let loss = first;
  for (let i = 0; i < 60 && loss > first / 10; i++) loss = step();
  expect(loss).toBeLessThan(first / 10);
  expect(memory().tensors).toBe(early.tensors);
  const right = model.eval().forward(pictures).argmax(1).equal(labels).to("f32").mean().item();
  expect(right).toBeGreaterThan(0.95);
});

test("is built again from its file", () => {
  const model = new UNet({ width: 4, depth: 2, upsampling: "bilinear" }).eval();
  const again = decodeModel(encodeModel(model, { layers }), { layers }) as Layer;
  const x = drawn("x", [1, 3, 12, 12]);
  expect(again.eval().forward(x).toArray()).toEqual(model.forward(x).toArray());
});

describe("UNet refuses", () => {
  const wrong: [string, () => unknown, new (...inputs: never[]) => Error, RegExp][] = [
    [
      "pictures of other channels",
      () => new UNet({ width: 2 }).forward(zeros([1, 1, 32, 32])),
      ShapeError,
      /3 channels/,
    ],
    [
      "pictures too small to be halved",
      () => new UNet({ width: 2 }).forward(zeros([1, 3, 15, 32])),
      ShapeError,
      /halved 4 times/,
    ],
    [
      "pictures that vanish without padding",
      () => new UNet({ width: 2, padding: "valid" }).forward(zeros([1, 3, 187, 200])),
      ShapeError,
      /without padding/,
    ],
    ["depths of 0", () => new UNet({ depth: 0 }), ValueError, /depth/],
    ["more depth than pictures have", () => new UNet({ depth: 9 }), ShapeError, /8 times/],
    ["an unknown way up", () => new UNet({ upsampling: "nearest" as never }), ValueError, /transposed/],
    ["a misspelt option", () => new UNet({ depht: 3 } as never), ValueError, /did you mean depth/],
  ];
  test.each(wrong)("%s", (_, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });

  test("but not the smallest that do not vanish", () => {
    const model = new UNet({ width: 2, padding: "valid" });
    expect(model.forward(zeros([1, 3, 188, 188])).shape).toEqual([1, 2, 4, 4]);
  });
});
