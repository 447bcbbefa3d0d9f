import { IndexError, scope, tensor, ValueError } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { Embedding } from "./embedding.ts";

test("an embedding gives a row for each index, of any shape", () => {
  scope(() => {
    const table = new Embedding(3, 2);
    table.weight.assign(
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    );
    expect(
      table
        .forward(
          tensor([
            [2, 0],
            [1, 1],
          ]).to("i32"),
        )
        .toArray(),
    ).toEqual([
      [
        [5, 6],
        [1, 2],
      ],
      [
        [3, 4],
        [3, 4],
      ],
    ]);
    expect(table.forward(tensor(2).to("i32")).toArray()).toEqual([5, 6]);
    expect(table.forward(tensor([]).to("i32")).shape).toEqual([0, 2]);
  });
});

test("it starts with PyTorch's name, shape and deviation", () => {
  const table = new Embedding(200, 100);
  expect(Object.keys(table.stateDict())).toEqual(["weight"]);
  const values = table.weight.data();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
});

test.each([
  [0, 3],
  [3, 0],
  [1.5, 2],
])("a table of %s × %s is refused", (rows, size) => {
  expect(() => new Embedding(rows, size)).toThrow(ValueError);
});

test("an index that is no row is named", () => {
  expect(() => new Embedding(3, 2).forward(tensor([0, 3]).to("i32"))).toThrow(IndexError);
});
