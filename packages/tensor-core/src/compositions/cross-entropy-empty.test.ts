import { describe, expect, test } from "vitest";
import { crossEntropy, type CrossEntropyOptions, IndexError, type Shape, tensor, zeros } from "../index.node.ts";

const labels = (values: number[]) => tensor(values, "i32");
const leftOut = labels([-100, -100]);

/** Logits, labels or probabilities, and what PyTorch 2.15 gives for each reduction. */
const cases = [
  ["no classes, all left out", zeros([2, 0]), leftOut, { ignoreIndex: -100 }, [0, 0], 0, NaN],
  ["no classes, smoothed", zeros([2, 0]), leftOut, { ignoreIndex: -100, labelSmoothing: 0.1 }, [NaN, NaN], NaN, NaN],
  ["no rows", zeros([0, 3]), zeros([0], "i32"), {}, [], 0, NaN],
  ["no rows and no classes", zeros([0, 0]), zeros([0], "i32"), {}, [], 0, NaN],
  ["no places", zeros([2, 3, 0]), zeros([2, 0], "i32"), {}, [[], []], 0, NaN],
  ["probabilities of no classes", zeros([2, 0]), zeros([2, 0]), {}, [0, 0], 0, NaN],
  ["probabilities of no classes, smoothed", zeros([2, 0]), zeros([2, 0]), { labelSmoothing: 0.1 }, [0, 0], 0, NaN],
  ["probabilities of no rows", zeros([0, 3]), zeros([0, 3]), {}, [], 0, NaN],
] as const;

describe("cross-entropy of nothing is PyTorch's", () => {
  test.each(cases)("%s", (_, logits, wanted, options: CrossEntropyOptions, none, sum, mean) => {
    const by = (reduction: "none" | "sum" | "mean") =>
      crossEntropy<"none" | "sum" | "mean", Shape>(logits, wanted as typeof leftOut, { ...options, reduction })
        .add(0)
        .toArray(); // -0 is 0
    expect([by("none"), by("sum"), by("mean")]).toEqual([none, sum, mean]);
  });

  test("a label has no class to be", () => {
    expect(() => crossEntropy(zeros([2, 0]), labels([0, 0]))).toThrow(IndexError);
    expect(() => crossEntropy(zeros([0]), tensor(0, "i32"))).toThrow(/there are no classes/);
  });
});
