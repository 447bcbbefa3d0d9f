import { gradcheck } from "@unfoldjs/autograd";
import { type Layer, Linear, ReLU } from "@unfoldjs/nn";
import { Generator, memory, scope, ShapeError, type Tensor, tensor, UnfoldError, zeros } from "@unfoldjs/tensor-core";
import { Conv2d } from "@unfoldjs/vision-layers";
import { describe, expect, test } from "vitest";
import { Activated } from "./activated.ts";
import { ACTIVATION_NAMES, ELU, isActivationName, KerasActivation, KerasReLU, PReLU } from "./activations.ts";
import { ChannelsLast, ReshapeFeatures } from "./channels-last.ts";
import { GlobalPool, Rescaling, ZeroPad } from "./edges.ts";
import { LayerGraph } from "./layer-graph.ts";
import { Concatenate, Merge, type MergeKind } from "./merge.ts";
import { Conv1dSame, Conv2dSame } from "./same-padding.ts";

const generator = new Generator(3);
const picture = [2, 3, 5, 4];

describe("gradients of the layers that graphs are made of are slopes, and nothing is left behind", () => {
  const rows: [string, Layer, number[]][] = [
    ...ACTIVATION_NAMES.filter(isActivationName).map((name): [string, Layer, number[]] => [
      name,
      new KerasActivation(name),
      picture,
    ]),
    ["KerasReLU", new KerasReLU({ maxValue: 0.9, negativeSlope: 0.2, threshold: 0.1 }), picture],
    ["ELU", new ELU(0.7), picture],
    ["PReLU", new PReLU([3, 1, 1]), picture],
    [
      "ZeroPad",
      new ZeroPad([
        [1, 0],
        [-1, 2],
      ]),
      picture,
    ],
    ["GlobalPool, means", new GlobalPool("mean"), picture],
    ["GlobalPool, largest", new GlobalPool("max", true), picture],
    ["Rescaling", new Rescaling(2, -1), picture],
    ["ReshapeFeatures", new ReshapeFeatures([-1]), picture],
    ["ChannelsLast", new ChannelsLast(new Linear(3, 2, { generator })), picture],
    ["Activated", new Activated(new Conv2d(3, 2, 2, { generator }), new KerasActivation("softplus")), picture],
    ["Conv1dSame", new Conv1dSame(3, 2, 4, { stride: 3, generator }), [2, 3, 10]],
    ["Conv2dSame", new Conv2dSame(3, 2, [3, 2], { stride: 2, generator }), picture],
  ];
  test.each(rows)("%s", (_, layer, shape) => {
    // 0.05 away from all tenths, where kinks are.
    const x = scope((): Tensor => generator.normal(shape).mul(10).round().mul(0.1).add(0.05));
    const before = memory().tensors;
    for (const checked of [
      gradcheck((at: { x: Tensor }) => layer.forward(at.x), { x }, { samples: 6 }),
      ...(layer.parameters().length === 0 ? [] : [gradcheck((at: Layer) => at.forward(x), layer, { samples: 6 })]),
    ]) {
      expect(checked.ok ? "" : checked.report).toBe("");
    }
    expect(memory().tensors).toBe(before);
  });

  test.each(["add", "subtract", "multiply", "average", "maximum", "minimum"] as MergeKind[])("Merge: %s", (kind) => {
    const [a, b] = [generator.normal([2, 3, 2, 2]), generator.normal([2, 3, 1, 1])];
    const checked = gradcheck((at: { a: Tensor; b: Tensor }) => new Merge(kind).forward(at.a, at.b), { a, b });
    expect(checked.ok ? "" : checked.report).toBe("");
  });

  test("Concatenate", () => {
    const [a, b] = [generator.normal([2, 1, 3]), generator.normal([2, 2, 3])];
    const checked = gradcheck((at: { a: Tensor; b: Tensor }) => new Concatenate().forward(at.a, at.b, at.a), { a, b });
    expect(checked.ok ? "" : checked.report).toBe("");
  });
});

describe("LayerGraph", () => {
  const node = (
    name: string,
    inputs: string[],
    layer: Layer = new Rescaling(2),
  ): { name: string; layer: Layer; inputs: string[] } => ({
    name,
    inputs,
    layer,
  });
  /** y = 2x + 4x, by a branch that leaves the other one waiting. */
  const branched = (): LayerGraph =>
    new LayerGraph([
      node("twice", ["input"]),
      node("again", ["twice"]),
      node("sum", ["twice", "again"], new Merge("add")),
    ]);

  test("runs what leads to its output, and keeps nothing of what is on the way", () => {
    const graph = branched();
    const x = tensor([1, 2]);
    const before = memory().tensors;
    const y = graph.forward(x);
    expect(y.toArray()).toEqual([6, 12]);
    expect(memory().tensors).toBe(before + 1);
    y.dispose();
    const { again, input } = scope(() => {
      const { again: one, input: other } = graph.intermediates(["again", "input"], x);
      return { again: [...one.data()], input: other === x };
    });
    expect({ again, input }).toEqual({ again: [4, 8], input: true });
    expect(x.isDisposed).toBe(false);
    expect(memory().tensors).toBe(before);
  });

  test("hands on what a layer gives back as it was, to both who take it", () => {
    const same = new KerasActivation("linear");
    const graph = new LayerGraph([
      node("a", ["input"]),
      node("b", ["a"], same),
      node("c", ["b"], same),
      node("d", ["a", "c"], new Merge("add")),
    ]);
    expect(graph.forward(tensor([3])).toArray()).toEqual([12]);
    expect(new LayerGraph([node("b", ["input"], same)]).forward(tensor([3])).toArray()).toEqual([3]);
  });

  test("ends and goes on elsewhere with the same layers", () => {
    const graph = new LayerGraph([
      node("hidden", ["input"], new Linear(2, 3, { generator })),
      node("relu", ["hidden"], new ReLU()),
    ]);
    const part = graph.eval().until("hidden");
    expect(part.at("hidden")).toBe(graph.at("hidden"));
    expect(part.training).toBe(false);
    expect(Object.keys(part.append("head", new Linear(3, 1, { generator })).stateDict())).toEqual([
      "hidden.weight",
      "hidden.bias",
      "head.weight",
      "head.bias",
    ]);
  });

  test("is cut where a single layer leads on: both parts together are the whole", () => {
    const nodes = [
      node("hidden", ["input"], new Linear(2, 3, { generator })),
      node("relu", ["hidden"], new ReLU()),
      node("out", ["relu"], new Linear(3, 1, { generator })),
      node("sum", ["out", "relu"], new Merge("add")),
    ];
    const graph = new LayerGraph(nodes).eval();
    const x = tensor([[1, -2]]);
    const [lower, upper] = [graph.until("relu"), graph.after("relu")];
    expect(upper.layerNames).toEqual(["out", "sum"]);
    expect(upper.training).toBe(false);
    expect(upper.forward(lower.forward(x)).toArray()).toEqual(graph.forward(x).toArray());
    expect(upper.at("out")).toBe(graph.at("out"));
    expect(() => graph.after("out")).toThrow(/LayerGraph.after: sum, which is behind it, takes relu too/);
    expect(() => graph.after("sum")).toThrow(/no layer comes after/);
    expect(() => graph.after("rel")).toThrow(/did you mean relu/);
    // What is not on the way to the output is left out.
    expect(new LayerGraph(nodes, { outputs: ["out"] }).after("relu").layerNames).toEqual(["out"]);
  });

  test("takes several inputs, and gives several outputs by their names", () => {
    const graph = new LayerGraph([node("sum", ["a", "b"], new Merge("add")), node("twice", ["sum"])], {
      inputs: ["a", "b"],
      outputs: ["sum", "twice"],
    });
    const [a, b] = [tensor([1]), tensor([2])];
    const { sum, twice } = graph.intermediates(["sum", "twice"], a, b);
    expect([sum.item(), twice.item()]).toEqual([3, 6]);
    expect(() => graph.forward(a, b)).toThrow(/several outputs/);
    expect(() => graph.until("sum").forward(a)).toThrow(ShapeError);
    expect(graph.until("sum").forward(a, b).item()).toBe(3);
  });

  const wrong: [string, () => unknown, RegExp][] = [
    ["a name that is there twice", () => new LayerGraph([node("a", ["input"]), node("a", ["a"])]), /name of its own/],
    [
      "a layer before what it takes",
      () => new LayerGraph([node("a", ["b"]), node("b", ["input"])]),
      /must stand before it/,
    ],
    ["no layers", () => new LayerGraph([]), /a layer at least/],
    ["a layer that there is not", () => branched().at("agian"), /did you mean again/],
    [
      "the end of several names",
      () => new LayerGraph([node("a/conv", ["input"]), node("b/conv", ["a/conv"])]).at("conv"),
      /a\/conv, b\/conv/,
    ],
    [
      "pictures of other channels, by the layer's name",
      () => new LayerGraph([node("conv", ["input"], new Conv2d(3, 1, 1))]).forward(zeros([1, 2, 4, 4])),
      /in conv/,
    ],
  ];
  test.each(wrong)("refuses %s", (_, call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(UnfoldError);
  });
});
