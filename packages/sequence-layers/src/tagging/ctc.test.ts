import { grad, gradcheck } from "@unfoldjs/autograd";
import {
  IndexError,
  logSoftmax,
  memory,
  ones,
  scope,
  type Shape,
  ShapeError,
  tensor,
  type Tensor,
  where,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import fixtures from "../fixtures/tagging.json" with { type: "json" };
import { differences, values } from "../testing/pattern.ts";
import { ctcGreedy } from "./ctc-greedy.ts";
import { ctcLoss, type CtcLossOptions } from "./ctc-loss.ts";

// tooling/oracle/sequence-attention says how the fixtures are made.

type Whole = Tensor<Shape, "i32">;
const numbers = (x: Tensor): number[] => [...x.data()];
const whole = (list: readonly number[] | readonly (readonly number[])[]): Whole =>
  tensor(list as number[], "i32") as Whole;

describe(`ctcLoss is PyTorch's ${fixtures.torch}, and so is its gradient`, () => {
  test.each(Object.entries(fixtures.ctc))("%s", (_, row) => {
    const { time, classes, blank, zeroInfinity } = row;
    const reduction = row.reduction as NonNullable<CtcLossOptions["reduction"]>;
    const before = memory().tensors;
    scope(() => {
      const logits = values([time, row.targets.length, classes], 1, 1.5);
      const [inputs, targets] = [whole(row.inputLengths), whole(row.targetLengths)];
      const loss = (x: Tensor, options: CtcLossOptions): Tensor =>
        ctcLoss(logSoftmax(x, -1), whole(row.targets), inputs, targets, { blank, zeroInfinity, ...options });
      expect(differences("loss", loss(logits, { reduction: "none" }), row.loss)).toEqual([]);
      expect(differences("reduced", loss(logits, { reduction }), row.reduced)).toEqual([]);
      const gradient = grad((x: Tensor) => loss(x, { reduction }).sum())(logits);
      expect(differences("gradient", gradient, row.gradient)).toEqual([]);
      // Labels one after the other, without padding.
      const joined = row.targets.flatMap((labels, item) => labels.slice(0, row.targetLengths[item]));
      const flat = ctcLoss(logSoftmax(logits, -1), whole(joined), inputs, targets, { blank, zeroInfinity, reduction });
      expect(numbers(flat)).toEqual(numbers(loss(logits, { reduction })));
    });
    expect(memory().tensors).toBe(before);
  });
});

/** −log of the sum over every way to take a class at each step that spells the labels. */
function everyWay(probabilities: readonly (readonly number[])[], labels: readonly number[], blank: number): number {
  let ways: { readonly path: readonly number[]; readonly p: number }[] = [{ path: [], p: 1 }];
  for (const row of probabilities) {
    ways = ways.flatMap(({ path, p }) => row.map((q, label) => ({ path: [...path, label], p: p * q })));
  }
  const spelt = (path: readonly number[]): string =>
    path.filter((label, at) => label !== blank && label !== path[at - 1]).join(" ");
  return -Math.log(ways.reduce((sum, { path, p }) => sum + (spelt(path) === labels.join(" ") ? p : 0), 0));
}

test.each([
  [[1, 2], 0],
  [[1, 1], 0],
  [[], 0],
  [[0, 2, 0], 1],
  [[2], 1],
])("it is the sum over all ways to spell %j (blank %i)", (labels, blank) => {
  scope(() => {
    const logProbs = logSoftmax(values([5, 1, 3], 3, 2), -1);
    const rows = Array.from({ length: 5 }, (_, step) => numbers(logProbs.slice(0, step, step + 1)).map(Math.exp));
    const loss = ctcLoss(
      logProbs,
      whole([...labels, 7]).slice(0, 0, labels.length),
      whole([5]),
      whole([labels.length]),
      { blank, reduction: "sum" },
    );
    expect(loss.item()).toBeCloseTo(everyWay(rows, labels, blank), 4);
  });
});

describe("ctcLoss", () => {
  const [inputLengths, targetLengths] = [
    [6, 4],
    [2, 1],
  ];
  const targets = (): Whole =>
    whole([
      [1, 2],
      [2, 0],
    ]);

  test("has the gradients of differences, twice", () => {
    const run = (x: Tensor): Tensor => ctcLoss(logSoftmax(x, -1), targets(), whole(inputLengths), whole(targetLengths));
    const once = gradcheck(run, values([6, 2, 3], 2));
    expect(once.ok ? "" : once.report).toBe("");
    const twice = gradcheck((x: Tensor) => grad(run)(x), values([6, 2, 3], 2));
    expect(twice.ok ? "" : twice.report).toBe("");
  });

  test("is not changed by padding, of numbers or not, and a batch is its items", () => {
    scope(() => {
      const logProbs = logSoftmax(values([6, 2, 3], 2), -1);
      const own = tensor(
        [0, 1, 2, 3, 4, 5].map((step) => inputLengths.map((length) => step < length)),
        "bool",
      );
      const noise = where(own.unsqueeze(2) as Tensor<Shape, "bool">, logProbs, ones([]).mul(Number.NaN));
      const each = (x: Tensor): Tensor =>
        ctcLoss(x, targets(), whole(inputLengths), whole(targetLengths), { reduction: "none" });
      expect(numbers(each(noise))).toEqual(numbers(each(logProbs)));
      expect(numbers(grad((x: Tensor) => each(x).sum())(noise)).every(Number.isFinite)).toBe(true);
      const alone = ctcLoss(logProbs.slice(0, 0, 4).slice(1, 1, 2), whole([2]), whole([4]), whole([1]), {
        reduction: "sum",
      });
      expect(alone.item()).toBeCloseTo(numbers(each(logProbs))[1] as number, 5);
    });
  });

  test("of what cannot be spelt is infinite, or 0 if that is asked for, and its gradient zeros", () => {
    scope(() => {
      const logProbs = logSoftmax(values([2, 2, 3], 2), -1);
      const run = (options: CtcLossOptions): Tensor =>
        ctcLoss(
          logProbs,
          whole([
            [1, 1],
            [2, 0],
          ]),
          whole([2, 2]),
          whole([2, 1]),
          options,
        );
      expect(numbers(run({ reduction: "none" }))).toEqual([Infinity, expect.any(Number)]);
      expect(run({}).item()).toBe(Infinity);
      expect(numbers(run({ reduction: "none", zeroInfinity: true }))[0]).toBe(0);
      const gradient = grad((x: Tensor) =>
        ctcLoss(
          x,
          whole([
            [1, 1],
            [2, 0],
          ]),
          whole([2, 2]),
          whole([2, 1]),
          { reduction: "sum" },
        ),
      )(logProbs);
      expect(numbers(gradient.slice(1, 0, 1)).every((value) => value === 0)).toBe(true);
      expect(numbers(gradient.slice(1, 1, 2)).some((value) => value !== 0)).toBe(true);
      // Without a step only nothing can be spelt.
      const none = ctcLoss(logProbs, whole([[1], [1]]), whole([0, 0]), whole([0, 1]), { reduction: "none" });
      expect(numbers(none)).toEqual([0, Infinity]);
    });
  });

  test("refuses what does not fit", () => {
    const logProbs = values([6, 2, 3], 2);
    const run = (labels: Whole, inputs: number[], lengths: number[], options?: CtcLossOptions): Tensor =>
      ctcLoss(logProbs, labels, whole(inputs), whole(lengths), options);
    expect(() => run(targets(), [7, 1], [1, 1])).toThrow(IndexError);
    expect(() => run(targets(), [6, 1], [3, 1])).toThrow(/targetLengths must be in 0…2/);
    expect(() =>
      run(
        whole([
          [1, 3],
          [1, 1],
        ]),
        [6, 6],
        [2, 1],
      ),
    ).toThrow(/labels must be in 0…2/);
    expect(() => run(targets(), [6, 6], [2, 2])).toThrow(/not the blank/);
    expect(() => run(targets(), [6, 6], [1, 1], { blank: 3 })).toThrow(IndexError);
    expect(() => run(whole([1, 2, 1]), [6, 6], [1, 1])).toThrow(/add up/);
    expect(() => run(targets(), [6], [1, 1])).toThrow(ShapeError);
  });
});

test("greedy decoding merges repeats and leaves blanks out", () => {
  scope(() => {
    const classes = [0, 1, 1, 0, 1, 2, 2, 0];
    const logits = tensor(classes.map((best) => [[0, 1, 2].map((each) => (each === best ? 3 : 0))])) as Tensor;
    const logProbs = logSoftmax(logits, -1);
    const one = Math.log(Math.exp(3) / (Math.exp(3) + 2));
    expect(ctcGreedy(logProbs)).toEqual([{ labels: [1, 1, 2], logProbability: expect.closeTo(8 * one, 4) }]);
    expect(ctcGreedy(logProbs, { blank: 2 })[0]?.labels).toEqual([0, 1, 0, 1, 0]);
    const short = ctcGreedy(logProbs, { inputLengths: whole([3]) });
    expect(short).toEqual([{ labels: [1], logProbability: expect.closeTo(3 * one, 4) }]);
    expect(ctcGreedy(logProbs, { inputLengths: whole([0]) })).toEqual([{ labels: [], logProbability: 0 }]);
    // What it spells costs at most what its way does.
    const loss = ctcLoss(logProbs, whole([[1, 1, 2]]), whole([8]), whole([3]), { reduction: "sum" });
    expect(loss.item()).toBeLessThan(-8 * one);
    expect(() => ctcGreedy(logProbs, { inputLengths: whole([9]) })).toThrow(IndexError);
  });
});
