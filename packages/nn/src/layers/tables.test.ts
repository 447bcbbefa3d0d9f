import { fromArray, memory, scope, type Shape, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { backward } from "../train/backward.ts";
import { EmbeddingBag, type EmbeddingBagOptions } from "./embedding-bag.ts";
import { Embedding } from "./embedding.ts";
import type { Module } from "../module/module.ts";

interface Case {
  readonly kind: "Embedding" | "EmbeddingBag";
  readonly options: Readonly<Record<string, unknown>>;
  readonly x: number[] | number[][];
  /** First values other than `start`. */
  readonly table?: number[][];
  readonly offsets: number[] | null;
  readonly weights: number[] | number[][] | null;
  readonly y: number[][];
  readonly dy: number[][];
  readonly weight: number[][];
  readonly gradient: number[][];
}

/** What PyTorch 2.15 gave: `tooling/oracle/tables`. */
const { start, cases } = JSON.parse(readFileSync(new URL("tables.json", import.meta.url), "utf8")) as {
  readonly start: number[][];
  readonly cases: readonly Case[];
};
const numbers = (nested: unknown): number[] => [nested].flat(9) as number[];
const ints = (list: number[] | number[][]): Tensor<Shape, "i32"> => tensor(list as never, "i32") as never;

function close(got: Tensor | undefined, wanted: unknown): void {
  const values = got === undefined ? [] : [...got.data()];
  expect(values).toHaveLength(numbers(wanted).length);
  numbers(wanted).forEach((value, at) => expect(values[at]).toBeCloseTo(value, 5));
}

test.each(cases.map((one) => [`${one.kind} ${JSON.stringify(one.options)} of ${JSON.stringify(one.x)}`, one] as const))(
  "%s is PyTorch's, with its gradient",
  (_, { kind, options, x, table = start, offsets, weights, y, dy, weight, gradient }) => {
    const before = memory().tensors;
    {
      // JSON has no Infinity.
      const given = (
        options["normType"] === "Infinity" ? { ...options, normType: Infinity } : options
      ) as EmbeddingBagOptions;
      const [rows, size] = [start.length, start[0]?.length ?? 0];
      const layer: Embedding | EmbeddingBag =
        kind === "Embedding" ? new Embedding(rows, size, given) : new EmbeddingBag(rows, size, given);
      scope(() => layer.weight.assign(tensor(table)));
      const index = ints(x);
      const starts = offsets === null ? undefined : ints(offsets);
      const factors = weights === null ? undefined : (tensor(weights as never) as Tensor);
      const wanted = tensor(dy as never) as Tensor;
      const run = layer as Module as unknown as { forward(...inputs: unknown[]): Tensor };
      backward(layer, () => {
        const out = run.forward(index, starts, factors);
        close(out, y);
        return out.mul(wanted).sum();
      });
      close(layer.weight, weight);
      close(layer.weight.grad ?? undefined, gradient);
      for (const each of [index, starts, factors, wanted]) each?.dispose();
      layer.weight.dropGrad();
      layer.weight.dispose();
    }
    expect(memory().tensors).toBe(before);
  },
);

describe("wrong calls", () => {
  test.each([
    [() => new Embedding(3, 2, { paddingIdx: 3 }), /paddingIdx must be in -3…2/],
    [() => new EmbeddingBag(3, 2, { mode: "min" as never }), /"mean" or "sum" or "max"/],
    [() => new EmbeddingBag(3, 2).forward(ints([1, 2])), /a list with offsets/],
    [() => new EmbeddingBag(3, 2).forward(ints([1, 2]), ints([1])), /ascend from 0/],
    [() => new EmbeddingBag(3, 2).forward(ints([[1, 2]]), undefined, tensor([[1, 2]])), /for sums alone/],
    [() => new EmbeddingBag(3, 2, { includeLastOffset: true }).forward(ints([1, 2]), ints([0, 1])), /length of x/],
    [() => new Embedding(3, 2, { normType: 0 }), /above 0, or Infinity/],
    [() => new EmbeddingBag(3, 2).forward(ints([[1, 7]])), /indices must be in 0…2/],
    [() => new EmbeddingBag(3, 2, { paddingIdx: 0 }).forward(ints([[1, 7]])), /indices must be in 0…2/],
    [() => new EmbeddingBag(3, 2, { mode: "max" }).forward(ints([[1, 7]])), /indices must be in 0…2/],
    [() => new EmbeddingBag(3, 2, { mode: "max" }).forward(tensor([[1.5]]) as never), /EmbeddingBag[^]*x must be i32/],
    [() => new EmbeddingBag(3, 2).forward(ints([1]), tensor([0]) as never), /EmbeddingBag[^]*offsets must be i32/],
  ])("%#", (call, message) => expect(call).toThrow(message));
});

test("the first values of the padding are zeros", () => {
  const layer = new Embedding(3, 2, { paddingIdx: -2 });
  expect([...layer.weight.data()].map((value) => value === 0)).toEqual([false, false, true, true, false, false]);
  layer.weight.dispose();
});

// As many as no call takes arguments, and in a time that does not grow with their square.
test.each(["mean", "sum", "max"] as const)("200,000 bags, %s", (mode) => {
  const layer = new EmbeddingBag(3, 1, { mode });
  scope(() => {
    layer.weight.assign(tensor([[1], [2], [4]]));
    const bags = 200_000;
    const x = fromArray(Int32Array.from({ length: bags }, (_, at) => at % 3));
    const offsets = fromArray(Int32Array.from({ length: bags }, (_, at) => at));
    const values = layer.forward(x, offsets).data();
    expect(values.length).toBe(bags);
    expect(values.every((value, at) => value === 2 ** (at % 3))).toBe(true);
  });
  layer.dispose();
});

test("one bag that is much longer than 50,000 others takes the room of its own indices", () => {
  const layer = new EmbeddingBag(7, 2, { mode: "max" });
  scope(() => {
    layer.weight.assign(
      fromArray(
        Float32Array.from({ length: 14 }, (_, i) => ((i * 5) % 14) - 7),
        [7, 2],
      ),
    );
    const count = 50_000;
    const indices = Int32Array.from({ length: 2 * count }, (_, at) => (at * 3) % 7);
    // An empty bag, one of half of all indices, and the others of one, two or none.
    const starts = Int32Array.from({ length: count }, (_, bag) =>
      bag < 2 ? 0 : count + Math.floor((bag * (bag % 3 === 0 ? 1 : 0.999)) / 1),
    ).toSorted();
    const values = layer.forward(fromArray(indices), fromArray(starts)).data();
    const table = layer.weight.data();
    for (const bag of [0, 1, 2, 3, 500, 1000, count - 2, count - 1]) {
      const rows = [...indices.subarray(starts[bag], starts[bag + 1] ?? indices.length)];
      for (const column of [0, 1]) {
        const largest = rows.reduce((most, row) => Math.max(most, table[2 * row + column] ?? 0), -Infinity);
        expect(values[2 * bag + column]).toBe(rows.length === 0 ? 0 : largest);
      }
    }
  });
  layer.dispose();
});
