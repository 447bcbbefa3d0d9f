import { type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
import { expectTypeOf, test } from "vitest";
import { ReLU } from "./activation.ts";
import { Embedding } from "./embedding.ts";
import { Flatten } from "./flatten.ts";
import { Linear } from "./linear.ts";
import { type Layer, Sequential } from "./sequential.ts";

const words = tensor([[1, 2]], "i32");

test("a Sequential takes what its first layer takes", () => {
  const model = new Sequential(new Embedding(3, 2), new Flatten(), new Linear(4, 1));
  expectTypeOf(model).toEqualTypeOf<Sequential<"i32">>();
  expectTypeOf(model.forward(words)).toEqualTypeOf<Tensor>();
  // @ts-expect-error floats are no rows of a table
  model.forward(zeros([1, 2]));

  const nested = new Sequential(new Sequential(new Embedding(3, 2)), new ReLU());
  expectTypeOf(nested).toEqualTypeOf<Sequential<"i32">>();
});

test("a Sequential of floats is as it was", () => {
  expectTypeOf(new Sequential(new Linear(2, 1), new ReLU())).toEqualTypeOf<Sequential>();
  expectTypeOf(new Sequential()).toEqualTypeOf<Sequential>();
  const list: Layer[] = [new ReLU()];
  expectTypeOf(new Sequential(...list)).toEqualTypeOf<Sequential>();
  expectTypeOf(new Sequential(new ReLU(), ...list).at(0)).toEqualTypeOf<Layer | undefined>();
  const layer: Layer = new Sequential(new ReLU());
  const embedding: Layer<"i32"> = new Sequential(new Embedding(1, 1));
  expectTypeOf(layer.forward).toBeFunction();
  expectTypeOf(embedding.forward).toBeFunction();
  // @ts-expect-error whole numbers are not what it takes
  new Sequential(new ReLU()).forward(words);
});

test("what a later layer takes is floats", () => {
  // @ts-expect-error an embedding takes whole numbers, and a linear layer gives floats
  expectTypeOf(new Sequential(new Linear(2, 2), new Embedding(3, 2))).toBeObject();
});
