import { type Shape, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { expectTypeOf, test } from "vitest";
import { AdaptiveAvgPool2d } from "./adaptive-pooling.ts";
import { Conv2d } from "./conv2d.ts";
import { MaxPool2d } from "./pooling.ts";

const images: Tensor<[8, 3, 32, 32]> = zeros([8, 3, 32, 32]);
const some: Tensor = images;

test("a convolution takes its channels and gives others; what strides make of pictures is not worked out", () => {
  const layer = new Conv2d(3, 16, 3);
  expectTypeOf(layer.forward(images)).toEqualTypeOf<Tensor<[8, 16, number, number]>>();
  expectTypeOf(layer.forward(zeros([3, 32, 32]))).toEqualTypeOf<Tensor<[16, number, number]>>();
  expectTypeOf(layer.forward(some)).toEqualTypeOf<Tensor<Shape>>(); // with a batch axis or without
  // @ts-expect-error: 3 channels, 4 are taken
  expectTypeOf(new Conv2d(4, 16, 3).forward(images)).not.toBeAny();
  // @ts-expect-error: 4 channels, 3 are taken
  expectTypeOf(layer.forward(zeros([4, 32, 32]))).not.toBeAny();
  // @ts-expect-error: no channels
  expectTypeOf(layer.forward(zeros([32, 32]))).not.toBeAny();
});

test("pools keep batch and channels", () => {
  expectTypeOf(new MaxPool2d(2).forward(images)).toEqualTypeOf<Tensor<[8, 3, number, number]>>();
  expectTypeOf(new AdaptiveAvgPool2d(1).forward(images)).toEqualTypeOf<Tensor<[8, 3, number, number]>>();
  expectTypeOf(new MaxPool2d(2).forward(zeros([3, 32, 32]))).toEqualTypeOf<Tensor<[3, number, number]>>();
});
