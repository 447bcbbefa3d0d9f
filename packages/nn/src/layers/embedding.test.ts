import { IndexError, scope, tensor, ValueError } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { decodeModel, encodeModel } from "../save/model-file.ts";
import { Embedding } from "./embedding.ts";
import { Flatten } from "./flatten.ts";
import { Linear } from "./linear.ts";
import { Sequential } from "./sequential.ts";

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

test("an index that is no row is named by its place among those that came", () => {
  const table = new Embedding(3, 2);
  const run = (): unknown =>
    table.forward(
      tensor(
        [
          [0, 1],
          [2, 3],
        ],
        "i32",
      ),
    );
  expect(run).toThrow(IndexError);
  expect(run).toThrow(/^embedding: indices must be in 0…2\n +index +\[2, 2\]\n +position +\[1, 1\]\n +value +3/);
  expect(() => table.forward(tensor([[0.5]]) as never)).toThrow(/^embedding: indices must be i32[\s\S]*\[1, 1\]/);
});

test("a Sequential may begin with one", () => {
  const model = new Sequential(new Embedding(3, 2), new Flatten(), new Linear(4, 1));
  expect(
    model.forward(
      tensor(
        [
          [1, 2],
          [0, 0],
        ],
        "i32",
      ),
    ).shape,
  ).toEqual([2, 1]);
  expect(model.summary([1, 2], { dtype: "i32" }).multiplyAdds).toBe(4);
  expect((decodeModel(encodeModel(model)) as typeof model).forward(tensor([[1, 2]], "i32")).toArray()).toEqual(
    model.forward(tensor([[1, 2]], "i32")).toArray(),
  );
});
