import { RowGradient } from "@unfoldjs/autograd";
import { Generator, memory, scope, type Shape, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Embedding } from "../layers/embedding.ts";
import { Linear } from "../layers/linear.ts";
import type { Parameter } from "../module/parameter.ts";
import { Adam, AdamW } from "../optimise/adam.ts";
import { clipGradNorm, clipGradValue } from "../optimise/clip.ts";
import { SGD } from "../optimise/sgd.ts";
import { SparseAdam } from "../optimise/sparse-adam.ts";
import { backward } from "./backward.ts";

const indices = (...values: number[]): Tensor<Shape, "i32"> => tensor(values).to("i32");

/** Two tables of the same values, one whose gradient is rows and one whose gradient is whole. */
function tables(rows: number, size: number): { sparse: Embedding; dense: Embedding } {
  return {
    sparse: new Embedding(rows, size, { sparse: true, generator: new Generator(5) }),
    dense: new Embedding(rows, size, { generator: new Generator(5) }),
  };
}

/** A loss whose gradient differs from row to row, and names row 2 twice. */
function lossOf(table: Embedding): Tensor {
  const looked = table.forward(indices(4, 2, 7, 2));
  return looked
    .mul(tensor([[1], [2], [3], [4]]))
    .square()
    .sum();
}

describe("a table whose rows are looked up with sparse: true", () => {
  test("has the gradient of its rows, each once and ascending, and no whole one", () => {
    const { sparse, dense } = tables(9, 3);
    expect(backward(sparse, () => lossOf(sparse))).toBe(backward(dense, () => lossOf(dense)));
    expect(sparse.weight.grad).toBeUndefined();
    expect(sparse.weight.rowGrad?.indices.toArray()).toEqual([2, 4, 7]);
    const whole = scope(() => dense.weight.grad?.indexSelect(0, indices(2, 4, 7)).data());
    expect(sparse.weight.rowGrad?.values.data()).toEqual(whole);
  });

  test("adds up over calls, and starts from nothing after a step", () => {
    const { sparse, dense } = tables(9, 3);
    for (const table of [sparse, dense]) {
      backward(table, () => lossOf(table));
      backward(table, () => table.forward(indices(8, 4)).sum());
    }
    expect(sparse.weight.rowGrad?.indices.toArray()).toEqual([2, 4, 7, 8]);
    expect(sparse.weight.rowGrad?.values.data()).toEqual(
      scope(() => dense.weight.grad?.indexSelect(0, indices(2, 4, 7, 8)).data()),
    );
    new SGD(sparse.parameters()).step();
    backward(sparse, () => sparse.forward(indices(0)).sum());
    expect(sparse.weight.rowGrad?.indices.toArray()).toEqual([0]);
  });

  test("is stepped by SGD as the whole table would be", () => {
    const { sparse, dense } = tables(9, 3);
    for (const table of [sparse, dense]) {
      const optimizer = new SGD(table.parameters(), { learningRate: 0.1 });
      for (let step = 0; step < 3; step++) {
        backward(table, () => lossOf(table));
        optimizer.step();
      }
    }
    expect(sparse.weight.data()).toEqual(dense.weight.data());
  });

  test("is stepped by SparseAdam as by Adam where every row is looked up at every step", () => {
    const { sparse, dense } = tables(4, 3);
    const settings = { learningRate: 0.1, epsilon: 0 };
    const all = indices(3, 1, 0, 2);
    for (const [table, optimizer] of [
      [sparse, new SparseAdam(sparse.parameters(), settings)],
      [dense, new Adam(dense.parameters(), settings)],
    ] as const) {
      for (let step = 0; step < 5; step++) {
        backward(table, () => table.forward(all).square().sum());
        optimizer.step();
      }
    }
    // Without ε the two formulas are one; they round in another order.
    const [a, b] = [sparse.weight.data(), dense.weight.data()];
    expect(a.every((value, i) => Math.abs(value - (b[i] ?? NaN)) < 2e-6)).toBe(true);
  });

  test("keeps rows that were not looked up, and what is remembered of them, as they were", () => {
    const { sparse } = tables(9, 3);
    const optimizer = new SparseAdam(sparse.parameters());
    backward(sparse, () => lossOf(sparse));
    optimizer.step();
    const before = { weight: sparse.weight.toArray(), state: optimizer.state().tensors["0.expAvg"]?.toArray() };
    backward(sparse, () => sparse.forward(indices(0)).sum());
    optimizer.step();
    const after = { weight: sparse.weight.toArray(), state: optimizer.state().tensors["0.expAvg"]?.toArray() };
    const rest = (rows: unknown): unknown => (rows as unknown[]).slice(1);
    expect(rest(after.weight)).toEqual(rest(before.weight));
    expect(rest(after.state)).toEqual(rest(before.state));
    expect(after.weight).not.toEqual(before.weight);
  });

  test("goes on from a saved optimiser with the same bits", () => {
    const runs = [tables(9, 3).sparse, tables(9, 3).sparse].map((table, i) => {
      let optimizer = new SparseAdam(table.parameters(), { learningRate: 0.1 });
      for (let step = 0; step < 4; step++) {
        backward(table, () => lossOf(table));
        optimizer.step();
        if (i === 0 || step !== 1) continue;
        const resumed = new SparseAdam(table.parameters());
        resumed.loadState(optimizer.state());
        optimizer = resumed;
      }
      return table.weight.data();
    });
    expect(runs[1]).toEqual(runs[0]);
  });

  test("is clipped by the norm of all its gradient, and element by element", () => {
    const { sparse, dense } = tables(9, 3);
    for (const table of [sparse, dense]) backward(table, () => lossOf(table));
    expect(clipGradNorm(sparse.parameters(), 1)).toBeCloseTo(clipGradNorm(dense.parameters(), 1), 4);
    expect(clipGradNorm(sparse.parameters(), 10)).toBeCloseTo(1, 4);
    clipGradValue(sparse.parameters(), 0.1);
    expect(Math.max(...(sparse.weight.rowGrad?.values.data() ?? []))).toBeLessThanOrEqual(Math.fround(0.1));
  });

  test("is left alone while frozen, and loses its gradient by that", () => {
    const { sparse } = tables(9, 3);
    backward(sparse, () => lossOf(sparse));
    sparse.freeze();
    expect(sparse.weight.rowGrad).toBeUndefined();
    expect(sparse.weight.hasFreshGrad).toBe(false);
  });

  test("leaves nothing behind", () => {
    const start = memory();
    scope(() => {
      const sparse = new Embedding(9, 3, { sparse: true });
      const optimizer = new SparseAdam(sparse.parameters());
      for (let step = 0; step < 3; step++) {
        backward(sparse, () => lossOf(sparse));
        backward(sparse, () => lossOf(sparse));
        optimizer.step();
      }
      sparse.dispose();
      optimizer.dispose();
    });
    expect(memory()).toMatchObject({ tensors: start.tensors, storages: start.storages, bytes: start.bytes });
  });
});

test.each([
  ["Adam", (...learned: Parameter[]) => new Adam(learned)],
  ["SGD with momentum", (...learned: Parameter[]) => new SGD(learned, { momentum: 0.9 })],
  ["SparseAdam", (...learned: Parameter[]) => new SparseAdam(learned.toReversed())],
])("a step that %s refuses moves none of its parameters", (_, make) => {
  const { sparse } = tables(9, 3);
  const output = new Linear(3, 1);
  const learned = [...output.parameters(), ...sparse.parameters()];
  const optimizer = make(...learned);
  backward([sparse, output], () => output.forward(sparse.forward(indices(1, 2))).sum());
  const before = learned.map((parameter) => parameter.toArray());
  expect(() => optimizer.step()).toThrow(ValueError);
  expect(learned.map((parameter) => parameter.toArray())).toEqual(before);
  expect(Object.keys(optimizer.state().tensors)).toEqual([]);
});

describe("what cannot take rows says what to do", () => {
  const stepped = (make: (table: Embedding) => { step(): void }): (() => void) => {
    const { sparse } = tables(9, 3);
    backward(sparse, () => lossOf(sparse));
    const optimizer = make(sparse);
    return () => optimizer.step();
  };

  test.each([
    ["Adam", (table: Embedding) => new Adam(table.parameters())],
    ["AdamW", (table: Embedding) => new AdamW(table.parameters())],
  ])("%s", (name, make) => {
    expect(stepped(make)).toThrow(new RegExp(`^${name}.step: .*does not take[^]*SparseAdam or SGD`));
  });

  test.each([{ weightDecay: 0.1 }, { momentum: 0.9 }])("SGD with %o", (settings) => {
    expect(stepped((table) => new SGD(table.parameters(), settings))).toThrow(/lazyMomentum: true/);
  });

  test("momentum goes along where it may be lazy", () => {
    expect(stepped((table) => new SGD(table.parameters(), { momentum: 0.9, lazyMomentum: true }))).not.toThrow();
  });

  test("SparseAdam, of a whole gradient", () => {
    const { dense } = tables(9, 3);
    backward(dense, () => lossOf(dense));
    expect(() => new SparseAdam(dense.parameters()).step()).toThrow(ValueError);
  });

  test("SparseAdam, of rows that became whole because the table was used so", () => {
    const { sparse } = tables(9, 3);
    backward(sparse, () => lossOf(sparse).add(sparse.weight.sum()));
    expect(() => new SparseAdam(sparse.parameters()).step()).toThrow(/rows alone/);
  });
});

test("a gradient of rows is that of the whole table", () => {
  scope(() => {
    const rows = new RowGradient({ indices: indices(3, 0, 3), values: tensor([[1], [2], [4]]) }, [5, 1]);
    expect(rows.coalesced().toDense().toArray()).toEqual([[2], [0], [0], [5], [0]]);
  });
});
