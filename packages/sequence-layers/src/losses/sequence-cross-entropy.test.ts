import { grad, gradcheck } from "@unfoldjs/autograd";
import {
  concat,
  full,
  Generator,
  IndexError,
  memory,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { perplexity, sequenceCrossEntropy } from "./sequence-cross-entropy.ts";

const logits = new Generator(3).normal([3, 4, 5]);
const targets = tensor([1, 0, 4, 2, 3, 3, 0, 1, 2, 2, 4, 0], "i32").reshape([3, 4]);
const ends = [4, 2, 1];
const lengths = tensor(ends, "i32");

/** Losses step by step in f64, with a share of the target spread over the classes. */
function losses(smoothing = 0): number[][] {
  const [x, labels] = [logits.toArray(), targets.toArray()];
  return x.map((steps, item) =>
    steps.map((row, t) => {
      const logSum = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
      return row.reduce(
        (sum, value, label) =>
          sum + (logSum - value) * (smoothing / 5 + (label === labels[item]?.[t] ? 1 - smoothing : 0)),
        0,
      );
    }),
  );
}
const own = (smoothing = 0): number[][] => losses(smoothing).map((steps, item) => steps.slice(0, ends[item]));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("sequenceCrossEntropy", () => {
  test.each([0, 0.1])("with a smoothing of %d: by token, by sentence, as a sum, and apart", (labelSmoothing) => {
    const all = own(labelSmoothing);
    const given = { lengths, labelSmoothing };
    const reduced = (reduction: "token" | "sentence" | "sum"): number =>
      sequenceCrossEntropy(logits, targets, { ...given, reduction }).item();
    expect(sequenceCrossEntropy(logits, targets, given).item()).toBeCloseTo(sum(all.flat()) / 7, 5);
    expect(reduced("token")).toBeCloseTo(sum(all.flat()) / 7, 5);
    expect(reduced("sentence")).toBeCloseTo(sum(all.flat()) / 3, 5);
    expect(reduced("sum")).toBeCloseTo(sum(all.flat()), 4);
    const apart = sequenceCrossEntropy(logits, targets, { ...given, reduction: "none" }).toArray() as number[][];
    apart.forEach((steps, item) => steps.forEach((loss, t) => expect(loss).toBeCloseTo(all[item]?.[t] ?? 0, 5)));
  });

  test("padding changes neither value nor gradient, whatever it holds", () => {
    const before = memory().tensors;
    scope(() => {
      const spoiled = concat(
        ends.map((end, item) =>
          concat([logits.slice(0, item, item + 1).slice(1, 0, end), full<Shape>([1, 4 - end, 5], Number.NaN)], 1),
        ),
      );
      const loss = (x: Tensor): Tensor => sequenceCrossEntropy(x, targets, { lengths });
      expect(loss(spoiled).item()).toBe(loss(logits).item());
      const [clean, dirty] = [grad(loss)(logits), grad(loss)(spoiled)] as [Tensor, Tensor];
      expect(dirty.toArray()).toEqual(clean.toArray());
      expect(dirty.at(2, "1:").abs().max().item()).toBe(0);
    });
    expect(memory().tensors).toBe(before);
  });

  test("a target to ignore does what lengths do, and both go together", () => {
    const padded = tensor([1, 0, 4, 2, 3, 3, -1, -1, 2, -1, -1, -1], "i32").reshape([3, 4]);
    const wanted = sequenceCrossEntropy(logits, targets, { lengths }).item();
    expect(sequenceCrossEntropy(logits, padded, { ignoreIndex: -1 }).item()).toBe(wanted);
    expect(sequenceCrossEntropy(logits, padded, { ignoreIndex: -1, lengths }).item()).toBe(wanted);
    const first = sequenceCrossEntropy(logits, padded, { ignoreIndex: -1, lengths: tensor([1, 1, 1], "i32") }).item();
    expect(first).toBeCloseTo(sum(losses().map(([loss = 0]) => loss)) / 3, 5);
  });

  test("has the gradients of differences", () => {
    for (const reduction of ["token", "sentence"] as const) {
      const { ok, report } = gradcheck(
        (x: Tensor) => sequenceCrossEntropy(x, targets, { lengths, reduction, labelSmoothing: 0.1 }),
        logits,
      );
      expect(ok ? "" : report).toBe("");
    }
  });

  test("what does not fit is refused; the mean over nothing is NaN", () => {
    expect(() => sequenceCrossEntropy(logits, targets.slice(1, 0, 3) as never)).toThrow(ShapeError);
    expect(() => sequenceCrossEntropy(logits, targets, { lengths: tensor([5, 1, 1], "i32") })).toThrow(IndexError);
    expect(() => sequenceCrossEntropy(logits, targets.add(3) as never)).toThrow(IndexError);
    expect(() => sequenceCrossEntropy(logits, targets, { reduction: "mean" as never })).toThrow(/"token"/);
    expect(sequenceCrossEntropy(logits, targets, { lengths: zeros([3], "i32") }).item()).toBeNaN();
  });
});

describe("perplexity", () => {
  test("is the number of tokens where all are equally likely, and exp of the mean loss", () => {
    expect(perplexity(zeros([2, 3, 7]), zeros([2, 3], "i32"))).toBeCloseTo(7, 4);
    expect(perplexity(logits, targets, { lengths })).toBeCloseTo(Math.exp(sum(own().flat()) / 7), 4);
  });
});
