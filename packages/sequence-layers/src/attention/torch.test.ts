import { grad } from "@unfoldjs/autograd";
import type { Module } from "@unfoldjs/nn";
import { logicalNot, scope, type Shape, stack, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import fixtures from "../fixtures/attention.json" with { type: "json" };
import { differences, fill, sortedWeights, values, weighted } from "../testing/pattern.ts";
import { AdditiveAttention } from "./additive-attention.ts";
import { causalMask } from "./causal-mask.ts";
import { CoverageAttention, coverageLoss } from "./coverage-attention.ts";
import { DotAttention, ScaledDotAttention } from "./dot-attention.ts";
import { GeneralAttention } from "./general-attention.ts";
import type { HistoryAttention } from "./history-attention.ts";
import { LocationAttention } from "./location-attention.ts";
import { MultiheadAttention } from "./multihead-attention.ts";
import type { MultiheadAttentionCall } from "./multihead-options.ts";
import type { ScoreAttention } from "./score-attention.ts";

// tooling/oracle/sequence-attention says how the fixtures are made.

interface Found {
  readonly output: Tensor;
  readonly weights: Tensor;
  readonly loss?: Tensor;
}
interface Wanted {
  readonly output: string;
  readonly weights: string;
  readonly coverageLoss?: string;
  readonly gradients: Readonly<Record<string, string>>;
}

/** Differences of results, and of gradients by inputs and weights. */
function compare(
  layer: Module,
  leaves: readonly Tensor[],
  run: (...leaves: Tensor[]) => Found,
  wanted: Wanted,
): string[] {
  return scope(() => {
    const weights = sortedWeights(layer);
    const { output, weights: rows, loss } = run(...leaves);
    const gradients = grad((given: Tensor[]) => {
      const found = run(...given.slice(0, 3));
      const sum = weighted(found.output).add<Shape, Shape>(weighted(found.weights, 8));
      return layer instanceof CoverageAttention ? sum.add<Shape, Shape>(weighted(found.loss as Tensor, 9)) : sum;
    })([...leaves, ...weights.map(([, weight]) => weight)]) as Tensor[];
    const names = ["query", "key", "value", ...weights.map(([name]) => name)];
    expect(names).toEqual(Object.keys(wanted.gradients));
    return [
      ...differences("output", output, wanted.output),
      ...differences("weights", rows, wanted.weights),
      ...(loss === undefined ? [] : differences("coverage loss", loss, wanted.coverageLoss ?? "")),
      ...names.flatMap((name, at) => differences(name, gradients[at], wanted.gradients[name] ?? "", 5e-5)),
    ];
  });
}

const truths = (shape: Shape, is: (at: number) => boolean): Tensor<Shape, "bool"> =>
  tensor(
    Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, at) => is(at)),
    "bool",
  ).reshape<Shape, Shape>(shape);

interface MultiheadCase {
  readonly layer: MultiheadAttention;
  readonly shapes: readonly [query: Shape, key: Shape, value: Shape];
  readonly call?: () => MultiheadAttentionCall;
}

const multihead: Readonly<Record<keyof typeof fixtures.multihead, MultiheadCase>> = {
  plain: {
    layer: new MultiheadAttention(6, 2),
    shapes: [
      [3, 2, 6],
      [5, 2, 6],
      [5, 2, 6],
    ],
  },
  "of other keys and values, batch first": {
    layer: new MultiheadAttention(6, 3, { kdim: 4, vdim: 7, batchFirst: true }),
    shapes: [
      [2, 3, 6],
      [2, 5, 4],
      [2, 5, 7],
    ],
  },
  "without bias": {
    layer: new MultiheadAttention(4, 1, { bias: false }),
    shapes: [
      [2, 2, 4],
      [3, 2, 4],
      [3, 2, 4],
    ],
  },
  "with padding and truths": {
    layer: new MultiheadAttention(6, 2, { batchFirst: true }),
    shapes: [
      [2, 3, 6],
      [2, 5, 6],
      [2, 5, 6],
    ],
    call: () => ({
      keyPaddingMask: truths([2, 5], (at) => at % 5 >= 4 - Math.floor(at / 5)),
      attnMask: truths([3, 5], (at) => ((at % 5) + Math.floor(at / 5)) % 3 === 1),
    }),
  },
  "with truths by head": {
    layer: new MultiheadAttention(6, 2),
    shapes: [
      [3, 2, 6],
      [5, 2, 6],
      [5, 2, 6],
    ],
    call: () => ({ attnMask: truths([4, 3, 5], (at) => at % 4 === 1), averageAttnWeights: false }),
  },
  "with numbers": {
    layer: new MultiheadAttention(6, 2),
    shapes: [
      [3, 2, 6],
      [5, 2, 6],
      [5, 2, 6],
    ],
    call: () => ({ attnMask: values([3, 5], 4) }),
  },
  causal: {
    layer: new MultiheadAttention(6, 2, { batchFirst: true }),
    shapes: [
      [2, 5, 6],
      [2, 5, 6],
      [2, 5, 6],
    ],
    call: () => ({ isCausal: true }),
  },
};

test.each(Object.entries(multihead))(
  `MultiheadAttention %s is PyTorch's ${fixtures.torch}, and so are its gradients`,
  (name, { layer, shapes, call }) => {
    fill(layer).eval();
    const leaves = shapes.map((shape, at) => values(shape, 1 + at));
    const run = (query: Tensor, key: Tensor, value: Tensor): Found =>
      layer.forward(query, key, value, { ...call?.(), needWeights: true });
    expect(compare(layer, leaves, run, fixtures.multihead[name as keyof typeof multihead])).toEqual([]);
    // Without its weights, which the fused kernel then does not make.
    const [query, key, value] = leaves as [Tensor, Tensor, Tensor];
    const alone = layer.forward(query, key, value, call?.());
    expect(differences("alone", alone, fixtures.multihead[name as keyof typeof multihead].output)).toEqual([]);
  },
);

test("MultiheadAttention's truths are PyTorch's whichever way they are said", () => {
  const layer = fill(new MultiheadAttention(6, 2, { batchFirst: true }));
  const x = values([2, 5, 6], 1);
  const lengths = tensor([3, 5], "i32");
  const byLengths = layer.forward(x, x, x, { keyLengths: lengths, isCausal: true });
  const padding = truths([2, 5], (at) => at < 5 && at >= 3);
  const future = truths([5, 5], (at) => at % 5 > Math.floor(at / 5));
  const byTruths = layer.forward(x, x, x, { keyPaddingMask: padding, attnMask: future });
  const never = (mask: Tensor<Shape, "bool">): Tensor => mask.to("f32").mul(-1e30);
  const byNumbers = layer.forward(x, x, x, { keyPaddingMask: never(padding), attnMask: never(future) });
  const mixed = layer.forward(x, x, x, { keyPaddingMask: padding, attnMask: never(future) });
  const otherwise = layer.forward(x, x, x, { keyPaddingMask: never(padding), attnMask: future });
  const wanted = Array.from(byLengths.data()).join(" ");
  for (const each of [byTruths, byNumbers, mixed, otherwise]) expect(differences("", each, wanted, 1e-6)).toEqual([]);
  expect(causalMask(5, 5).toArray()).toEqual(logicalNot(future).toArray());
});

const scored: Readonly<Record<keyof typeof fixtures.scored, ScoreAttention>> = {
  AdditiveAttention: new AdditiveAttention(3, 6, 5),
  "AdditiveAttention with bias and lengths": new AdditiveAttention(3, 6, 5, { bias: true }),
  "DotAttention with lengths": new DotAttention(),
  ScaledDotAttention: new ScaledDotAttention(),
  "GeneralAttention with lengths": new GeneralAttention(3, 6),
};
const lengths = (): Tensor<Shape, "i32"> => tensor([4, 2], "i32");

test.each(Object.entries(scored))("%s is that of plain PyTorch, and so are its gradients", (name, layer) => {
  fill(layer);
  const keySize = name.includes("Dot") ? 3 : 6;
  const masks = name.includes("lengths") ? { keyLengths: lengths() } : {};
  const leaves = [values([2, 3, 3], 1), values([2, 4, keySize], 2), values([2, 4, 5], 3)];
  const run = (query: Tensor, key: Tensor, value: Tensor): Found => layer.forward(query, key, value, masks);
  expect(compare(layer, leaves, run, fixtures.scored[name as keyof typeof scored])).toEqual([]);
});

const stepped: Readonly<Record<keyof typeof fixtures.stepped, HistoryAttention>> = {
  LocationAttention: new LocationAttention(3, 6, 5, { filters: 2, kernelSize: 3 }),
  "LocationAttention with lengths": new LocationAttention(3, 6, 5, { filters: 2, kernelSize: 3 }),
  "CoverageAttention with lengths": new CoverageAttention(3, 6, 5),
};

test.each(Object.entries(stepped))(
  "three steps of %s are those of plain PyTorch, and so are their gradients",
  (name, layer) => {
    fill(layer);
    const masks = name.includes("lengths") ? { keyLengths: lengths() } : {};
    const run = (query: Tensor, key: Tensor, value: Tensor): Found => {
      const memory = layer.remember(key, value);
      let history: Tensor | undefined;
      const steps = [0, 1, 2].map((at) => {
        const step = layer.attend(query.slice(1, at, at + 1).squeeze(1), memory, history, masks);
        const covered = history ?? step.weights.mul(0);
        history = step.history;
        return { ...step, loss: coverageLoss(step.weights, covered) };
      });
      return {
        output: stack<Tensor[], number>(
          steps.map(({ output }) => output),
          1,
        ),
        weights: stack<Tensor[], number>(
          steps.map(({ weights }) => weights),
          1,
        ),
        loss: stack<Tensor[], number>(
          steps.map(({ loss }) => loss),
          1,
        ),
      };
    };
    const leaves = [values([2, 3, 3], 1), values([2, 4, 6], 2), values([2, 4, 5], 3)];
    expect(compare(layer, leaves, run, fixtures.stepped[name as keyof typeof stepped])).toEqual([]);
  },
);
