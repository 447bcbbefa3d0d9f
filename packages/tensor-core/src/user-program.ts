// What a user writes in a first afternoon. What its types cost is budgeted: see `tooling/check/typecheck.mjs`.

import {
  arange,
  concat,
  conv2d,
  data,
  Generator,
  linear,
  maxPool2d,
  oneHot,
  range,
  scope,
  softmax,
  stack,
  type Tensor,
  tensor,
  where,
  zeros,
} from "./index.ts";

/** (batch, features) to zero mean and unit variance. */
function standardised(x: Tensor): Tensor {
  return x.sub(x.mean(0)).div(x.std(0).add(1e-6));
}

/** Scaled dot products, of which the shapes are known. */
function attention(query: Tensor<[8, 16, 64]>, key: Tensor<[8, 16, 64]>, value: Tensor<[8, 16, 64]>): Tensor {
  const scores = query.matmul(key.transpose()).mul(1 / 8);
  return softmax(scores, -1).matmul(value);
}

const points = tensor([
  [0, 0],
  [3, 4],
  [6, 8],
]);
const lengths = points.square().sum(1).sqrt();
const grid = arange(12).reshape([3, 4]);
const part = grid.at(-1, range(1, 3));
const product = points.transpose().matmul(grid);
const spread = scope(() => grid.sub(grid.mean()).square().mean().sqrt());
console.log(lengths.toArray(), part.item(), product.shape, spread.item(), data(grid));

const generator = new Generator(1);
const pictures = generator.uniform([4, 1, 28, 28]);
const features = maxPool2d(conv2d(pictures, generator.normal([6, 1, 5, 5])).relu(), { kernel: 2 }).flatten(1);
const hidden = linear(features, generator.normal([10, 864]), zeros([10])).tanh();
const best = hidden.argmax(1);
const right = best
  .equal(tensor([1, 2, 3, 4], "i32"))
  .to("f32")
  .mean();
const pairs = stack([hidden, hidden.neg()], 1).permute(1, 0, 2).unsqueeze(-1);
const rows = concat([zeros([2, 10]), hidden]);
const chosen = where(rows.greater(0), rows, rows.mul(0.1)).topk(3).values;
const cube = zeros([8, 16, 64]);
console.log(right.item(), pairs.shape, chosen.max([0, 1], true), oneHot(best, 10).sum(0).shape);
console.log(standardised(hidden), attention(cube, cube, cube));
