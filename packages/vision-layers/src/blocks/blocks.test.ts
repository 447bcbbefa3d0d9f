import { grad } from "@unfoldjs/autograd";
import { decodeModel, encodeModel, type Layer } from "@unfoldjs/nn";
import { Generator, scope, ShapeError, type Tensor, ValueError, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { distance, drawn, fill, sampled } from "../testing/drawn.ts";
import fixtures from "./block-fixtures.json" with { type: "json" };
import { BasicConv2d, Conv2dNormActivation } from "./conv-norm.ts";
import { DenseBlock } from "./dense-block.ts";
import { Inception } from "./inception-v1.ts";
import { InvertedResidual } from "./inverted-residual.ts";
import { PatchEmbed } from "./patch-embed.ts";
import { BasicBlock, Bottleneck } from "./residual.ts";
import { SqueezeExcitation } from "./squeeze-excitation.ts";

describe(`blocks as torchvision ${fixtures.torchvision} has them`, () => {
  const named = fixtures.rows.map(
    (row) => [`${row.block}(${JSON.stringify(row.arguments)}, ${JSON.stringify(row.options)})`, row] as const,
  );
  test.each(named)(
    "%s: keys and shapes, the result in use, the result and the gradient while learning; and from a file",
    (_, { block: name, arguments: given, options, shape, state, outputShape, used, learning, gradient }) => {
      const block = fill<Layer>(Reflect.construct(layers[name] as never, [...given, options]));
      const shapes = Object.entries(block.stateDict()).map(([key, value]) => [key, value.shape] as const);
      expect(Object.fromEntries(shapes)).toEqual(state);
      const x = drawn("input", shape);
      const inUse = block.eval().forward(x);
      expect(inUse.shape).toEqual(outputShape);
      expect(distance(sampled(inUse), used)).toBeLessThan(1e-5);
      const built = decodeModel(encodeModel(block, { layers }), { layers }) as Layer;
      expect(built.eval().forward(x).toArray()).toEqual(inUse.toArray());

      block.train();
      const before = Object.entries(block.stateDict()).map(([key, value]) => [key, value.clone()] as const);
      expect(distance(sampled(block.forward(x)), learning)).toBeLessThan(1e-5);
      block.loadStateDict(Object.fromEntries(before));
      const got = grad((leaf: Tensor) => block.forward(leaf).mul(drawn("dy", outputShape)).sum())(x);
      expect(distance(sampled(got), gradient)).toBeLessThan(1e-4);
    },
  );
});

test("inception 3a gives 64 + 128 + 32 + 32 = 256 channels at 28 × 28, in both readings of the paper", () => {
  for (const torchvision of [false, true]) {
    const module = new Inception(192, 64, 96, 128, 16, 32, 32, { torchvision });
    scope(() => expect(module.forward(zeros([1, 192, 28, 28])).shape).toEqual([1, 256, 28, 28]));
    const kernel = torchvision ? 3 : 5;
    expect(module.stateDict()["branch3.1.conv.weight"]?.shape).toEqual([32, 16, kernel, kernel]);
  }
});

test("a residual block that is left out gives what its shortcut gives", () => {
  const block = new BasicBlock(2, 2, { dropPath: 1 });
  const x = new Generator(1).uniform([3, 2, 4, 4], 0, 1) as Tensor; // relu changes nothing
  expect(block.forward(x).toArray()).toEqual(x.toArray());
  expect(block.eval().forward(x).toArray()).not.toEqual(x.toArray());
});

describe("blocks refuse", () => {
  const x = zeros([1, 3, 4, 4]);
  const wrong: [string, () => unknown, new (...inputs: never[]) => Error, RegExp][] = [
    ["channels that are none", () => new BasicConv2d(0, 3, 1), ValueError, /inChannels must be a whole number from 1/],
    ["a bias before a norm", () => new BasicConv2d(3, 3, 1, { bias: true } as never), ValueError, /there is no bias/],
    [
      "an unknown activation",
      () => new Conv2dNormActivation(3, 3, 1, { activation: "elu" as never }),
      ValueError,
      /"relu6"/,
    ],
    ["other channels", () => new BasicBlock(4, 4).forward(x), ShapeError, /4 channels on axis 1/],
    [
      "a picture without a batch",
      () => new Bottleneck(3, 4).forward(zeros([3, 4, 4])),
      ShapeError,
      /x\.unsqueeze\(0\)/,
    ],
    ["a width of no channels", () => new Bottleneck(4, 1, { baseWidth: 8 }), ValueError, /baseWidth/],
    ["another stride", () => new InvertedResidual(3, 3, 3, 6), ValueError, /stride must be 1 or 2/],
    [
      "a probability that is none",
      () => new DenseBlock(1, 3, 3, { dropRate: 2 }),
      ValueError,
      /dropRate must be in \[0, 1\]/,
    ],
    ["patches that do not fit", () => new PatchEmbed(3, 3, 8).forward(x), ShapeError, /must divide the picture's/],
    ["squeezed channels that are none", () => new SqueezeExcitation(3, 0.5), ValueError, /squeezeChannels/],
    ["a branch of none", () => new Inception(3, 1, 1, 1, 1, 0, 1), ValueError, /ch5x5 must be/],
  ];
  test.each(wrong)("%s", (_, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});
