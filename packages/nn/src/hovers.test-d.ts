import { concat, oneHot, range, stack, tensor, where, zeros } from "@unfoldjs/tensor-core";
import { Embedding, Flatten, LayerNorm, Linear, mse, ReLU } from "./index.ts";

// What an editor shows at each name must be what stands behind it: `hovers.test.ts` asks the compiler's language service.
const size: number = 3;
const x = zeros([2, 3]);
const labels = tensor([0, 2], "i32");
const images = zeros([64, 1, 28, 28]);

export const shown: Record<string, unknown> = {
  zeros: x, // Tensor<[2, 3], "f32">
  unknown: zeros([size, 3]), // Tensor<[number, 3], "f32">
  add: x.add(zeros([3])), // Tensor<[2, 3], "f32">
  greater: x.greater(0), // Tensor<[2, 3], "bool">
  where: where(x.greater(0), x, zeros([3])), // Tensor<[2, 3], "f32">
  matmul: x.matmul(zeros([3, 4])), // Tensor<[2, 4], "f32">
  sum: x.sum(0), // Tensor<[3], "f32">
  sums: images.sum([0, 1]), // Tensor<[28, 28], "f32">
  kept: x.mean(-1, true), // Tensor<[2, 1], "f32">
  all: x.sum(), // Tensor<[], "f32">
  argmax: x.argmax(1), // Tensor<[2], "i32">
  axis: x.sum(size), // Tensor<[number], "f32">
  reshape: x.reshape([3, 2]), // Tensor<[3, 2], "f32">
  minus: x.reshape([-1, 2]), // Tensor<[number, 2], "f32">
  flatten: images.flatten(1), // Tensor<[64, 784], "f32">
  permute: x.permute(1, 0), // Tensor<[3, 2], "f32">
  transpose: images.transpose(0, 1), // Tensor<[1, 64, 28, 28], "f32">
  expand: zeros([3, 1]).expand([2, 3, 4]), // Tensor<[2, 3, 4], "f32">
  squeeze: images.squeeze(1), // Tensor<[64, 28, 28], "f32">
  unsqueeze: x.unsqueeze(-1), // Tensor<[2, 3, 1], "f32">
  slice: x.slice(1, 0, 2), // Tensor<[2, number], "f32">
  at: images.at(0, ":", range(2), null), // Tensor<[1, number, 1, 28], "f32">
  concat: concat([x, zeros([4, 3])]), // Tensor<[6, 3], "f32">
  stack: stack([x, x]), // Tensor<[2, 2, 3], "f32">
  oneHot: oneHot(labels, 3), // Tensor<[2, 3], "f32">
  topk: x.topk(2).values, // Tensor<[2, 2], "f32">
  linear: new Linear(3, 4).forward(x), // Tensor<[2, 4], "f32">
  relu: new ReLU().forward(x), // Tensor<[2, 3], "f32">
  norm: new LayerNorm(3).forward(x), // Tensor<[2, 3], "f32">
  embedding: new Embedding(10, 5).forward(labels), // Tensor<[2, 5], "f32">
  features: new Flatten().forward(images), // Tensor<[64, 784], "f32">
  mse: mse(x, x), // Tensor<[], "f32">
  layer: new Linear(3, 4), // Linear<3, 4>
};
