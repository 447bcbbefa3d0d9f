import { print } from "./print.ts";
import { at } from "../compositions/indexing.ts";
import { maskedSelect } from "../compositions/masked-select.ts";
import { norm, std, variance } from "../compositions/statistics.ts";
import { borrow, data, item, toArray } from "../create/convert.ts";
import { assign } from "../ops/copy/assign.ts";
import { cast } from "../ops/copy/cast.ts";
import { clone, contiguous } from "../ops/copy/copy.ts";
import { gelu, relu, sigmoid, silu, softplus, tanh } from "../ops/elementwise/activation.ts";
import { add, clamp, div, maximum, minimum, mul, pow, sub } from "../ops/elementwise/arithmetic.ts";
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from "../ops/elementwise/comparison.ts";
import {
  abs,
  atan2,
  cos,
  erf,
  exp,
  expm1,
  log,
  log1p,
  neg,
  reciprocal,
  rsqrt,
  sin,
  sqrt,
  square,
} from "../ops/elementwise/maths.ts";
import { ceil, floor, round, sign, step, trunc } from "../ops/elementwise/rounding.ts";
import { gather, scatterAdd } from "../ops/gather/gather.ts";
import { indexSelect } from "../ops/gather/index-select.ts";
import { nonZero } from "../ops/gather/non-zero.ts";
import { matmul } from "../ops/linear/matmul.ts";
import { argmax, argmin } from "../ops/reduce/argument.ts";
import { cumsum } from "../ops/reduce/cumulative.ts";
import { all, any as anyTrue, max, mean, min, prod, sum } from "../ops/reduce/reduce.ts";
import { logSoftmax, logSumExp, softmax } from "../ops/softmax/softmax.ts";
import { argsort, sort, topk } from "../ops/sort/sort.ts";
import {
  expand,
  flatten,
  flip,
  permute,
  reshape,
  slice,
  split,
  squeeze,
  transpose,
  unsqueeze,
} from "../ops/view/view.ts";
import type { Handle } from "../tensor/handle.ts";
import { type Index, Tensor } from "../tensor/tensor.ts";
import type { DType } from "../types/dtype.ts";

/** Functions whose first argument is the tensor: each is the method of its name. */
const functions = {
  data,
  borrow,
  item,
  toArray,
  reshape,
  flatten,
  transpose,
  expand,
  squeeze,
  unsqueeze,
  slice,
  split,
  flip,
  clone,
  contiguous,
  add,
  sub,
  mul,
  div,
  pow,
  maximum,
  minimum,
  clamp,
  matmul,
  sum,
  mean,
  prod,
  max,
  min,
  softmax,
  logSoftmax,
  logSumExp,
  variance,
  std,
  norm,
  cumsum,
  any: anyTrue,
  all,
  argmax,
  argmin,
  gather,
  scatterAdd,
  indexSelect,
  nonZero,
  maskedSelect,
  sort,
  argsort,
  topk,
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
  neg,
  abs,
  square,
  sign,
  sqrt,
  rsqrt,
  reciprocal,
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  atan2,
  erf,
  step,
  floor,
  ceil,
  round,
  trunc,
  relu,
  tanh,
  sigmoid,
  silu,
  softplus,
  gelu,
};

type Plain = keyof typeof functions;
type Rest = Exclude<keyof Tensor, keyof Handle | Plain>;

/** The methods that are not just the function of their name. */
const others: { readonly [Name in Rest]: (this: Tensor, ...args: never[]) => unknown } = {
  assign(this: Tensor, source: Tensor) {
    assign(this, source);
    return this;
  },
  at(this: Tensor, ...indices: Index[]) {
    return at(this, indices);
  },
  permute(this: Tensor, ...order: number[]) {
    return permute(this, order);
  },
  toJSON(this: Tensor) {
    return toArray(this);
  },
  to(this: Tensor, dtype: DType) {
    return cast(this, dtype);
  },
};

type AnyFunction = (x: Tensor, a?: unknown, b?: unknown, c?: unknown, d?: unknown) => unknown;

const define = (name: string | symbol, value: unknown): void => {
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
};
for (const [name, f] of Object.entries(functions) as [string, AnyFunction][]) {
  // As many arguments as the longest has: a fixed number is passed on faster than a list.
  define(name, function (this: Tensor, a?: unknown, b?: unknown, c?: unknown, d?: unknown) {
    return f(this, a, b, c, d);
  });
}
for (const [name, method] of Object.entries(others)) define(name, method);
define("toString", function (this: Tensor) {
  return print(this);
});
// How Node's console shows it.
define(Symbol.for("nodejs.util.inspect.custom"), Tensor.prototype.toString);
