import { type Shape, type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
import { expectTypeOf, test } from "vitest";
import { mse } from "../losses/mse.ts";
import { backward } from "../train/backward.ts";
import { Dropout } from "./dropout.ts";
import { Embedding } from "./embedding.ts";
import { Flatten, Identity } from "./flatten.ts";
import { LayerNorm } from "./layer-norm.ts";
import { Linear } from "./linear.ts";
import { ReLU } from "./activation.ts";
import { Softmax } from "./softmax.ts";

const size: number = 3;
const x: Tensor<[2, 3]> = zeros([2, 3]);
const some: Tensor = x;

test("a linear layer takes its features and gives others", () => {
  const layer = new Linear(3, 4);
  expectTypeOf(layer).toEqualTypeOf<Linear<3, 4>>();
  expectTypeOf(layer.forward(x)).toEqualTypeOf<Tensor<[2, 4]>>();
  expectTypeOf(layer.forward(zeros([size, 7, 3]))).toEqualTypeOf<Tensor<[number, 7, 4]>>();
  expectTypeOf(layer.forward(some)).toEqualTypeOf<Tensor<Shape>>();
  expectTypeOf(new Linear(size, size).forward(zeros([2, 5]))).toEqualTypeOf<Tensor<[2, number]>>();
  // @ts-expect-error: 5 features, 3 are taken
  expectTypeOf(layer.forward(zeros([2, 5]))).not.toBeAny();
});

test("a layer of known sizes is a layer, alone and in lists", () => {
  const layer: Linear = new Linear(3, 4);
  expectTypeOf(layer.forward(x)).toEqualTypeOf<Tensor<[2, number]>>();
  const layers = [new Linear(3, 4), new Linear(4, 5)];
  const run = (y: Tensor): Tensor => layers.reduce<Tensor>((h, next) => next.forward(h), y);
  expectTypeOf(run(x)).toEqualTypeOf<Tensor>();
});

test("layers keep what they do not change", () => {
  expectTypeOf(new ReLU().forward(x)).toEqualTypeOf<Tensor<[2, 3]>>();
  expectTypeOf(new Softmax().forward(x)).toEqualTypeOf<Tensor<[2, 3]>>();
  expectTypeOf(new Dropout(0.1).forward(x)).toEqualTypeOf<Tensor<[2, 3]>>();
  expectTypeOf(new Identity().forward(x)).toEqualTypeOf<Tensor<[2, 3]>>();
  expectTypeOf(new LayerNorm(3).forward(x)).toEqualTypeOf<Tensor<[2, 3]>>();
  // @ts-expect-error: 3 features, 4 are taken
  expectTypeOf(new LayerNorm(4).forward(x)).not.toBeAny();
});

test("flatten and embedding work sizes out", () => {
  expectTypeOf(new Flatten().forward(zeros([64, 1, 28, 28]))).toEqualTypeOf<Tensor<[64, 784]>>();
  expectTypeOf(new Flatten(0, 1).forward(zeros([2, 3, 4]))).toEqualTypeOf<Tensor<[6, 4]>>();
  expectTypeOf(new Embedding(100, 16).forward(tensor([1, 2, 3], "i32"))).toEqualTypeOf<Tensor<[3, 16]>>();
  // @ts-expect-error: 784 features, 785 are taken
  expectTypeOf(new Linear(785, 10).forward(new Flatten().forward(zeros([64, 1, 28, 28])))).not.toBeAny();
});

test("mse compares equal shapes", () => {
  expectTypeOf(mse(x, zeros([2, 3]))).toEqualTypeOf<Tensor<[]>>();
  expectTypeOf(mse(x, zeros([2, 3]), "none")).toEqualTypeOf<Tensor<[2, 3]>>();
  expectTypeOf(mse(some, x)).toEqualTypeOf<Tensor<[]>>();
  expectTypeOf(mse(zeros([size, 3]), x)).toEqualTypeOf<Tensor<[]>>();
  // @ts-expect-error: (4, 1) against (4)
  expectTypeOf(mse(zeros([4, 1]), zeros([4]))).not.toBeAny();
});

test("backward takes a loss of one number", () => {
  const model = new Linear(3, 1);
  expectTypeOf(backward(model, () => mse(model.forward(x), zeros([2, 1])))).toEqualTypeOf<number>();
  expectTypeOf(backward(model, () => some)).toEqualTypeOf<number>();
  // @ts-expect-error: two losses
  expectTypeOf(backward(model, () => model.forward(x))).not.toBeAny();
});
