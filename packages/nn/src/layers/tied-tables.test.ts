import { crossEntropy } from "../losses/cross-entropy.ts";
import { memory, scope, type Shape, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Adam } from "../optimise/adam.ts";
import { SparseAdam, type SparseAdamSettings } from "../optimise/sparse-adam.ts";
import { backward } from "../train/backward.ts";
import { Embedding } from "./embedding.ts";

interface Tied {
  readonly sparse: boolean;
  readonly steps: {
    readonly batches: [number[], number[]][];
    readonly losses: number[];
    readonly gradient: number[][];
    readonly weight: number[][];
  }[];
}
interface Lazy {
  readonly settings: Partial<SparseAdamSettings>;
  readonly steps: { readonly rows: number[]; readonly dy: number[][]; readonly weight: number[][] }[];
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
/** What PyTorch 2.15 gave: `tooling/oracle/tables`. */
const { tied, lazy } = read("tied-tables.json") as { readonly tied: Tied[]; readonly lazy: Lazy[] };
const { start } = read("tables.json") as { readonly start: number[][] };
const ints = (list: number[]): Tensor<Shape, "i32"> => tensor(list, "i32");

function started(sparse: boolean): Embedding {
  return scope(() => Embedding.fromPretrained(tensor(start), { freeze: false, sparse }));
}

function close(got: Tensor | undefined, wanted: readonly (readonly number[])[]): void {
  const values = got === undefined ? [] : [...got.data()];
  expect(values).toHaveLength(wanted.flat().length);
  wanted.flat().forEach((value, at) => expect(values[at]).toBeCloseTo(value, 5));
}

test.each(tied)("tied softmax with sparse: $sparse is PyTorch's, over batches that add up", ({ sparse, steps }) => {
  const before = memory().tensors;
  {
    const layer = started(sparse);
    const optimizer = new Adam(layer.parameters(), { learningRate: 0.05 });
    for (const { batches, losses, gradient, weight } of steps) {
      for (const [i, [words, following]] of batches.entries()) {
        const loss = backward(layer, () => crossEntropy(layer.attend(layer.forward(ints(words))), ints(following)));
        expect(loss).toBeCloseTo(losses[i] ?? NaN, 5);
      }
      expect(layer.weight.rowGrad).toBeUndefined();
      close(layer.weight.grad, gradient);
      optimizer.step();
      close(layer.weight, weight);
    }
    optimizer.dispose();
    layer.weight.dispose();
  }
  expect(memory().tensors).toBe(before);
});

test("rows first and the whole later, and the other way round, add up to the same", () => {
  const gradients = [false, true].map((wholeFirst) => {
    const layer = started(true);
    const calls = [
      () => backward(layer, () => layer.forward(ints([1, 1, 3])).sum()),
      () => backward(layer, () => layer.weight.square().sum()),
    ];
    for (const call of wholeFirst ? calls.toReversed() : calls) call();
    expect(layer.weight.rowGrad).toBeUndefined();
    const gradient = layer.weight.grad?.toArray();
    layer.weight.dispose();
    return gradient;
  });
  expect(gradients[0]).toEqual(gradients[1]);
  const wanted = start.map((row, at) => row.map((value) => 2 * value + (at === 1 ? 2 : at === 3 ? 1 : 0)));
  scope(() => close(tensor((gradients[0] ?? []) as number[][]), wanted));
});

test.each(lazy)("lazy Adam with $settings takes PyTorch's steps", ({ settings, steps }) => {
  const layer = started(true);
  const optimizer = new SparseAdam(layer.parameters(), settings);
  for (const { rows, dy, weight } of steps) {
    backward(layer, () => layer.forward(ints(rows)).mul(tensor(dy)).sum());
    optimizer.step();
    close(layer.weight, weight);
  }
  expect(layer.weight.grad).toBeUndefined();
  optimizer.dispose();
  layer.weight.dispose();
});

describe("vectors that are there", () => {
  test("are copied, frozen unless they are to learn, and draw from nobody's generator", () => {
    scope(() => {
      const vectors = tensor(start);
      const layer = Embedding.fromPretrained(vectors, { paddingIdx: 0 });
      expect(layer.weight.toArray()).toEqual(vectors.toArray());
      expect(layer.weight.frozen).toBe(true);
      expect([layer.numEmbeddings, layer.embeddingDim]).toEqual([7, 3]);
      layer.weight.assign(vectors.mul(2));
      expect(vectors.toArray()).not.toEqual(layer.weight.toArray());
      expect(Embedding.fromPretrained(vectors, { freeze: false }).weight.frozen).toBe(false);
    });
  });

  test("that are no matrix are refused, and options misspelt", () => {
    scope(() => {
      expect(() => Embedding.fromPretrained(tensor([1, 2]))).toThrow(/Embedding\.fromPretrained.*numEmbeddings/s);
      expect(() => Embedding.fromPretrained(tensor(start), { frezee: true } as never)).toThrow(/did you mean freeze/);
      expect(() => new Embedding(3, 2, { sparse: true, scaleGradByFreq: true })).toThrow(/leave one of the two out/);
      expect(() => new Embedding(3, 2, { maxNorm: 0 })).toThrow(/maxNorm.*above 0/s);
      expect(() => new Embedding(3, 2).attend(tensor([[1, 2, 3]]))).toThrow(/Embedding\.attend/);
    });
  });

  test("an index that is no row is refused before any row is shortened", () => {
    scope(() => {
      const layer = Embedding.fromPretrained(tensor(start), { maxNorm: 0.1 });
      expect(() => layer.forward(ints([1, 9]))).toThrow(/embedding/i);
      expect(layer.weight.toArray()).toEqual(tensor(start).toArray());
    });
  });
});
