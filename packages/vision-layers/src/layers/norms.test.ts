import { grad, gradcheck } from "@unfoldjs/autograd";
import { backward, decodeModel, encodeModel, LayerNorm, Module, RMSNorm, Sequential } from "@unfoldjs/nn";
import type { UnfoldError } from "@unfoldjs/tensor-core";
import { Generator, memory, scope, ShapeError, type Tensor, tensor, ValueError, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "./batch-norm.ts";
import { GroupNorm } from "./group-norm.ts";
import { InstanceNorm1d, InstanceNorm2d } from "./instance-norm.ts";
import { LocalResponseNorm } from "./local-response-norm.ts";
import fixtures from "./norm-fixtures.json" with { type: "json" };

type Layer = Module & { forward(x: Tensor): Tensor };
const classes: Readonly<Record<string, new (...inputs: never[]) => Layer>> = {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  GroupNorm,
  InstanceNorm1d,
  InstanceNorm2d,
  LayerNorm,
  LocalResponseNorm,
  RMSNorm,
};
/** PyTorch's names of options. */
const NAMES: Readonly<Record<string, string>> = { eps: "epsilon", track_running_stats: "trackRunningStats" };

/** As in tooling/oracle/norms: eighths, which f32 holds. */
function pattern(shape: readonly number[], seed: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = Array.from({ length: count }, (_, i) => ((i * 37 + seed * 11) % 19) / 8 - 1.125);
  return tensor(values).reshape(shape);
}

function close(wanted: readonly number[], tolerance = 2e-5): unknown[] {
  return wanted.map((value) =>
    expect.toSatisfy((got) => Math.abs(Number(got) - value) <= tolerance * (1 + Math.abs(value)), `${value}`),
  );
}

const numbers = (x: Tensor): number[] => [...x.data()];

describe(`norms as PyTorch ${fixtures.torch} has them`, () => {
  test.each(
    fixtures.rows.map(
      (row) => [`${row.layer}(${JSON.stringify(row.arguments)}, ${JSON.stringify(row.options)})`, row] as const,
    ),
  )(
    "%s: two steps of learning, their gradients, the state afterwards, and use",
    (_, { layer: name, arguments: given, options, shape, steps, used, state }) => {
      const named = Object.fromEntries(Object.entries(options).map(([key, value]) => [NAMES[key] ?? key, value]));
      const layer = Reflect.construct(classes[name] as never, [...given, named]) as Layer;
      layer.parameters().forEach((parameter, at) => parameter.assign(pattern(parameter.shape, 5 + at)));
      for (const [step, wanted] of steps.entries()) {
        scope(() => {
          const [x, dy, along] = [pattern(shape, step), pattern(shape, 7), pattern(shape, 9)];
          expect(numbers(layer.forward(x))).toEqual(close(wanted.y));
          // What the step moved is put back after the gradients, which run the layer again.
          const after = Object.entries(layer.stateDict()).map(([key, value]) => [key, value.clone()] as const);
          const [first, ...others] = grad((leaves: readonly Tensor[]) =>
            layer
              .forward(leaves[0] as Tensor)
              .mul(dy)
              .sum(),
          )([x, ...layer.parameters()]) as Tensor[];
          expect([first, ...others].map((gradient) => numbers(gradient as Tensor))).toEqual(
            wanted.gradients.map((of) => close(of)),
          );
          const second = grad((leaf: Tensor) =>
            grad((inner: Tensor) => layer.forward(inner).mul(dy).sum())(leaf)
              .mul(along)
              .sum(),
          )(x);
          expect(numbers(second)).toEqual(close(wanted.second, 2e-4));
          layer.loadStateDict(Object.fromEntries(after));
        });
      }
      const held = layer.stateDict();
      expect(Object.keys(held)).toEqual(Object.keys(state));
      for (const [key, values] of Object.entries(state)) expect([...(held[key]?.data() ?? [])]).toEqual(close(values));
      layer.eval();
      const x = pattern(shape, 3);
      expect(numbers(layer.forward(x))).toEqual(close(used.y));
      expect(numbers(grad((leaf: Tensor) => layer.forward(leaf).mul(pattern(shape, 7)).sum())(x))).toEqual(
        close(used.gradient),
      );
      expect(Object.entries(layer.stateDict()).map(([, value]) => [...value.data()])).toEqual(
        Object.values(state).map((of) => close(of)),
      );
    },
  );
});

describe("batch norm", () => {
  const norms: [string, Layer, readonly number[]][] = [
    ["features", new BatchNorm1d(3), [5, 3]],
    ["pictures", new BatchNorm2d(2), [2, 2, 3, 3]],
    ["groups", new GroupNorm(2, 4), [2, 4, 3]],
    ["instances", new InstanceNorm2d(2, { affine: true }), [2, 2, 2, 3]],
    ["responses", new LocalResponseNorm(3, { alpha: 0.5 }), [2, 4, 3]],
  ];
  test.each(norms)("has the gradients of differences, learning and in use: %s", (_, layer, shape) => {
    const x = new Generator(4).normal(shape);
    for (const training of [true, false]) {
      layer.train(training);
      const { ok, report } = gradcheck((leaf: Tensor) => layer.forward(leaf), x);
      expect(ok ? "" : report).toBe("");
    }
  });

  test("is left alone while it is frozen, and uses what ran before", () => {
    const layer = new BatchNorm1d(2, { momentum: 1 });
    layer.forward(
      tensor([
        [0, 0],
        [2, 4],
      ]),
    ); // mean 1, 2; unbiased variance 2, 8
    layer.frozen = true;
    const y = layer.forward(tensor([[1 + Math.SQRT2, 2]])).data();
    expect([...y]).toEqual([expect.closeTo(1, 4), expect.closeTo(0, 5)]);
    expect([...(layer.numBatchesTracked?.data() ?? [])]).toEqual([1]);
    expect(layer.config()).toEqual([2, { momentum: 1, frozen: true }]);
    expect(() => new BatchNorm1d(2, { frozen: true, trackRunningStats: false })).toThrow(/there are none/);
  });

  test("keeps statistics running where weight and bias are frozen, as PyTorch does", () => {
    const layer = new BatchNorm1d(2).freeze();
    layer.forward(
      tensor([
        [0, 0],
        [2, 4],
      ]),
    );
    expect([...(layer.runningMean?.data() ?? [])]).toEqual([expect.closeTo(0.1, 6), expect.closeTo(0.2, 6)]);
  });

  test("gives an empty batch back in use, and refuses it while learning", () => {
    const layer = new BatchNorm2d(3);
    expect(() => layer.forward(zeros([0, 3, 2, 2]))).toThrow(/without elements has no mean/);
    expect(layer.eval().forward(zeros([0, 3, 2, 2])).shape).toEqual([0, 3, 2, 2]);
    expect(new InstanceNorm2d(3, { trackRunningStats: true }).forward(zeros([0, 3, 2, 2])).shape).toEqual([0, 3, 2, 2]);
  });

  test("is right far from 0 and at magnitudes whose squares f32 does not hold", () => {
    for (const [scale, offset] of [
      [1, 1e4],
      [1e20, 0],
    ] as const) {
      const layer = new BatchNorm1d(1);
      const x = tensor([[-1], [1], [-1], [1]].map(([value = 0]) => [value * scale + offset]));
      expect([...layer.forward(x).data()]).toEqual([-1, 1, -1, 1].map((value) => expect.closeTo(value, 4)));
    }
  });

  test("is learned with, in steps that leave nothing behind", () => {
    class Net extends Module {
      readonly first = new BatchNorm2d(2);
      readonly second = new GroupNorm(1, 2);
      readonly third = new InstanceNorm2d(2, { affine: true, trackRunningStats: true });
      override forward(x: Tensor): Tensor {
        return this.third.forward(this.second.forward(this.first.forward(x)));
      }
    }
    const [net, x] = [new Net(), pattern([3, 2, 2, 2], 1)];
    const step = (): void => {
      scope(() => backward(net, () => net.forward(x).square().mul(pattern(x.shape, 2)).sum()));
    };
    step();
    const { tensors, bytes } = memory();
    step();
    expect(memory()).toMatchObject({ tensors, bytes });
    expect([...(net.first.numBatchesTracked?.data() ?? [])]).toEqual([2]);
  });
});

describe("norms refuse", () => {
  const x = zeros([2, 3, 4]);
  const wrong: [string, () => unknown, new (...inputs: never[]) => UnfoldError, RegExp][] = [
    ["features that are none", () => new BatchNorm1d(0), ValueError, /numFeatures must be a whole number from 1 up/],
    ["a momentum that is none", () => new BatchNorm1d(3, { momentum: NaN }), ValueError, /momentum/],
    ["an ε below 0", () => new BatchNorm1d(3, { epsilon: -1 }), ValueError, /epsilon must be a number from 0 up/],
    [
      "axes of another number",
      () => new BatchNorm2d(3).forward(x),
      ShapeError,
      /\(batch, numFeatures, height, width\)/,
    ],
    ["other channels", () => new BatchNorm1d(4).forward(x), ShapeError, /4 channels/],
    ["one element a channel", () => new BatchNorm1d(3).forward(zeros([1, 3])), ValueError, /call eval\(\)/],
    ["groups that do not divide", () => new GroupNorm(2, 3), ValueError, /must divide/],
    ["channels that are not the groups'", () => new GroupNorm(2, 4).forward(x), ShapeError, /4 channels/],
    [
      "an instance of one element",
      () => new InstanceNorm1d(3).forward(zeros([2, 3, 1])),
      ValueError,
      /more than one element/,
    ],
    ["an instance of other axes", () => new InstanceNorm2d(3).forward(zeros([3, 2])), ShapeError, /x must be/],
    ["a window of no channels", () => new LocalResponseNorm(0), ValueError, /whole number from 1 up/],
    ["a response without places", () => new LocalResponseNorm(3).forward(zeros([2, 3])), ShapeError, /…places/],
  ];
  test.each(wrong)("%s", (_, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});

test("norms in a file are built again as they were, with what ran", () => {
  const net = new Sequential(
    new BatchNorm2d(2, { momentum: null, epsilon: 0.01 }),
    new GroupNorm(2, 2, { affine: false }),
    new InstanceNorm2d(2, { affine: true, trackRunningStats: true }),
    new LocalResponseNorm(2, { alpha: 0.1, k: 2 }),
    new LayerNorm([2, 3]),
    new RMSNorm(3, { epsilon: 0.1 }),
  );
  net.forward(pattern([2, 2, 2, 3], 1));
  const frozen = new BatchNorm2d(2);
  frozen.frozen = true;
  const all = new Sequential(net, frozen).eval();
  const built = decodeModel(encodeModel(all, { layers }), { layers }) as Sequential;
  expect(String(built)).toBe(String(all));
  const x = pattern([2, 2, 2, 3], 4);
  expect(built.eval().forward(x).toArray()).toEqual(all.forward(x).toArray());
  expect((built.at(1) as BatchNorm2d).frozen).toBe(true);
});
