import { grad } from "@unfoldjs/autograd";
import { backward, SGD } from "@unfoldjs/nn";
import { embedding, oneHot, scope, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { WordVectors } from "../vectors/word-vectors.ts";
import { toEmbedding } from "./to-embedding.ts";

const vectors = WordVectors.from([
  ["king", [1, 2]],
  ["queen", [3, 4]],
]);

test("a layer has the words' vectors, at the task's numbers", () => {
  const layer = toEmbedding(vectors, ["<pad>", "queen", "king"]);
  expect(layer.forward(tensor([2, 1], "i32")).toArray()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(
    layer.weight
      .at(0)
      .data()
      .every((each) => Number.isFinite(each) && each !== 0),
  ).toBe(true);
  layer.dispose();
  expect(() => toEmbedding(vectors, [])).toThrow(ValueError);
});

test("it is frozen unless it is to be tuned", () => {
  for (const frozen of [true, false]) {
    const layer = toEmbedding(vectors, undefined, { frozen });
    const optimizer = new SGD(layer.parameters(), { learningRate: 1 });
    if (!frozen) {
      backward(layer, () => layer.forward(tensor([0], "i32")).sum());
      optimizer.step();
    }
    expect(layer.weight.toArray()).toEqual(
      frozen
        ? [
            [1, 2],
            [3, 4],
          ]
        : [
            [0, 1],
            [3, 4],
          ],
    );
    optimizer.dispose();
    layer.dispose();
  }
});

test("a row that is looked up, and its gradient, are those of a product with ones and zeros", () => {
  scope(() => {
    const table = vectors.vectors(["king", "queen"]);
    const index = tensor([1], "i32");
    const looked = (weight: typeof table): Tensor<[]> => embedding(weight, index).square().sum();
    const multiplied = (weight: typeof table): Tensor<[]> => oneHot(index, 2).matmul(weight).square().sum();
    expect(looked(table).item()).toBe(multiplied(table).item());
    expect(grad(looked)(table).toArray()).toEqual(grad(multiplied)(table).toArray());
  });
});
