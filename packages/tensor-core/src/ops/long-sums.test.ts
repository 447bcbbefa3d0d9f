import { describe, expect, test } from "vitest";
import {
  adaptiveAvgPool2d,
  avgPool1d,
  conv1dFilterGradient,
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  cumsum,
  full,
  Generator,
  linear,
  logSumExp,
  matmul,
  norm,
  runtime,
  scope,
  softmax,
  type Tensor,
  variance,
} from "../index.node.ts";

// Sums of equal terms are the hardest: each rounding of a running sum errs in the same direction. Summed one after the
// other, 10⁶ products of 0.1 in f32 are off by 1e-2.
const x = Math.fround(0.1);
const of = (...shape: number[]): Tensor => full(shape, 0.1);

interface LongSum {
  /** of about `n` terms; one element of the result is looked at */
  run(n: number): Tensor;
  at?: number;
  /** in f64 */
  want(n: number): number;
  /** Relative error that is allowed from 10⁶ terms on; else 3e-6. */
  most?: number;
}

const root = (n: number): number => Math.floor(Math.sqrt(n));
const ninth = (n: number): number => Math.floor(n / 9);
const products = (n: number): number => n * x * x;

const sums: Record<string, LongSum> = {
  matmul: { run: (n) => matmul(of(16, n), of(n, 16)), at: 5, want: products },
  "matmul of one row": { run: (n) => matmul(of(1, n), of(n, 8)), at: 5, want: products },
  "matmul of a row and a column": { run: (n) => matmul(of(1, n), of(n, 1)), want: products },
  "matmul by a transpose": { run: (n) => matmul(of(2, n), of(8, n).transpose()), at: 5, want: products },
  "matmul of a transpose": { run: (n) => matmul(of(n, 16).transpose(), of(n, 16)), at: 5, want: products },
  "matmul over a batch": { run: (n) => matmul(of(2, 3, n), of(2, n, 3)), at: 12, want: products },
  linear: { run: (n) => linear(of(4, n), of(4, n), of(4)), at: 3, want: (n) => products(n) + x },
  "conv2d of one pixel": { run: (n) => conv2d(of(1, n, 4, 4), of(16, n, 1, 1)), at: 7, want: products },
  "conv2d to one filter": {
    run: (n) => conv2d(of(1, ninth(n), 5, 5), of(1, ninth(n), 3, 3), undefined, { stride: 2 }),
    want: (n) => products(9 * ninth(n)),
    most: 4e-5,
  },
  "conv2d to few filters": {
    run: (n) => conv2d(of(1, ninth(n), 5, 5), of(4, ninth(n), 3, 3), undefined, { stride: 2 }),
    want: (n) => products(9 * ninth(n)),
    most: 4e-5,
  },
  "conv2d to many filters": {
    run: (n) => conv2d(of(1, ninth(n), 5, 5), of(16, ninth(n), 3, 3), undefined, { stride: 2 }),
    want: (n) => products(9 * ninth(n)),
  },
  "conv2d in tiles": {
    run: (n) => conv2d(of(1, ninth(n), 8, 8), of(16, ninth(n), 3, 3), undefined, { padding: 1 }),
    at: 9,
    want: (n) => products(9 * ninth(n)),
  },
  "gradient by the image": {
    run: (n) => conv2dInputGradient(of(1, ninth(n), 5, 5), of(ninth(n), 16, 3, 3), [1, 16, 11, 11], { stride: 2 }),
    at: 24, // four taps meet there
    want: (n) => products(4 * ninth(n)),
  },
  ...Object.fromEntries(
    [1, 4, 16].flatMap((filters) => [
      [
        `gradient by ${filters} filters over an image`,
        {
          run: (n: number) =>
            conv2dFilterGradient(of(1, 2, root(n) + 2, root(n) + 2), of(1, filters, root(n), root(n)), [
              filters,
              2,
              3,
              3,
            ]),
          at: 3,
          want: (n: number) => products(root(n) ** 2),
        },
      ],
      [
        `gradient by ${filters} filters over a signal`,
        {
          run: (n: number) => conv1dFilterGradient(of(1, 2, n + 2), of(1, filters, n), [filters, 2, 3]),
          at: 3,
          want: products,
        },
      ],
    ]),
  ),
  "gradient by filters of one pixel": {
    run: (n) => conv2dFilterGradient(of(1, 2, root(n), root(n)), of(1, 16, root(n), root(n)), [16, 2, 1, 1]),
    at: 3,
    want: (n) => products(root(n) ** 2),
  },
  sum: { run: (n) => of(n).sum(), want: (n) => n * x },
  "sum of columns": { run: (n) => of(n, 4).sum(0), at: 1, want: (n) => n * x },
  "sum of a strided row": { run: (n) => of(n, 2).at(":", 1).sum(), want: (n) => n * x },
  mean: { run: (n) => of(4, n).mean(1), at: 1, want: () => x },
  cumsum: { run: (n) => cumsum(of(n), 0).at(-1), want: (n) => n * x },
  norm: { run: (n) => norm(of(n)), want: (n) => x * Math.sqrt(n) },
  softmax: { run: (n) => softmax(of(1, n), 1), at: 3, want: (n) => 1 / n },
  logSumExp: { run: (n) => logSumExp(of(n), 0), want: (n) => Math.log(n) + x },
  "average of an image": { run: (n) => adaptiveAvgPool2d(of(1, 1, root(n), root(n)), 1), want: () => x },
  "average of long windows": { run: (n) => avgPool1d(of(1, 1, n + 7), { kernel: n, stride: 1 }), at: 2, want: () => x },
};

describe.each([1e4, 5e4, 1e6])("%d terms keep their digits in", (n) => {
  test.each(Object.entries(sums))("%s", (_, { run, at = 0, want, most = 3e-6 }) => {
    const got = scope(() => run(n)).data()[at] ?? NaN;
    expect(Math.abs(got / want(n) - 1)).toBeLessThan(n < 1e6 ? 3e-6 : most);
  });
});

test.each([0, 1000])("a variance of a million numbers keeps its digits around %d", (centre) => {
  const numbers = scope(() => new Generator(3).normal([1_000_000]).add(centre));
  const all = numbers.data();
  const mean = all.reduce((total, number) => total + number, 0) / all.length;
  const want = all.reduce((total, number) => total + (number - mean) ** 2, 0) / (all.length - 1);
  expect(Math.abs(variance(numbers).item() / want - 1)).toBeLessThan(1e-6);
});

test("which way a long product goes changes no bit of a row", () => {
  runtime.configure({ threads: 1 });
  const generator = new Generator(5);
  const [left, right, bias] = [generator.normal([40, 20_011]), generator.normal([20_011, 9]), generator.normal([9])];
  const all = linear(left, right.transpose().contiguous(), bias);
  const product = matmul(left, right); // in blocks
  for (const [first, after] of [
    [0, 1],
    [0, 3],
    [4, 5],
  ] as const) {
    expect(matmul(left.slice(0, first, after), right).data()).toEqual(product.slice(0, first, after).data());
  }
  expect(Math.abs((all.data()[7] ?? 0) - (product.data()[7] ?? 0) - (bias.data()[7] ?? 0))).toBeLessThan(1e-3);
});
