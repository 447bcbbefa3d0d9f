import { describe, expect, expectTypeOf, test } from "vitest";
import {
  crossEntropy,
  type CrossEntropyOptions,
  DTypeError,
  memory,
  ShapeError,
  type Tensor,
  tensor,
  ValueError,
  zeros,
} from "../index.node.ts";

/** (2, 3, 2): two examples of three classes at two places. */
const logits = tensor([
  [
    [0.5, -1],
    [2, 0.25],
    [-0.75, 1.5],
  ],
  [
    [1, 0],
    [-2, 3],
    [0.5, -0.5],
  ],
]);
const labels = tensor(
  [
    [0, 2],
    [1, 0],
  ],
  "i32",
);
const probabilities = tensor([
  [
    [0.2, 0],
    [0.3, 1],
    [0.5, 0],
  ],
  [
    [0.1, 0.4],
    [0.6, 0.4],
    [0.3, 0.2],
  ],
]);
const weight = tensor([0.5, 2, 1.5]);

/** What PyTorch 2.15 gives for the same. */
const ofLabels: readonly (readonly [CrossEntropyOptions, readonly number[]])[] = [
  [{}, [2.161921]],
  [{ reduction: "sum", labelSmoothing: 0.1 }, [8.4976845]],
  [{ reduction: "none", weight, ignoreIndex: 2 }, [0.8761796, 0, 7.0091939, 1.5384734]],
  [{ weight, ignoreIndex: 2, labelSmoothing: 0.2 }, [2.9954841]],
];
const ofProbabilities: typeof ofLabels = [
  [{}, [1.9806709]],
  [{ ignoreIndex: -100 }, [1.9806709]],
  [{ reduction: "sum", labelSmoothing: 0.1 }, [7.8451829]],
  [{ reduction: "none", weight }, [2.5784206, 3.1275618, 4.6828151, 1.7500308]],
  [{ weight, labelSmoothing: 0.2 }, [2.873028]],
];

/** One loss, or one for each place. */
const shapeOf = (losses: readonly number[]): readonly number[] => (losses.length === 1 ? [] : [2, 2]);

describe("as PyTorch has it", () => {
  test.each(ofLabels)("labels at several places, %o", (options, wanted) => {
    const loss = crossEntropy(logits, labels, options);
    expect(loss.shape).toEqual(shapeOf(wanted));
    loss.data().forEach((value, i) => expect(value).toBeCloseTo(wanted[i] ?? NaN, 5));
  });

  test.each(ofProbabilities)("probabilities at several places, %o", (options, wanted) => {
    const loss = crossEntropy(logits, probabilities, options);
    expect(loss.shape).toEqual(shapeOf(wanted));
    loss.data().forEach((value, i) => expect(value).toBeCloseTo(wanted[i] ?? NaN, 5));
  });

  test("one example without a batch", () => {
    const one = tensor([0.5, 2, -0.75]);
    expect(crossEntropy(one, tensor(1, "i32")).item()).toBeCloseTo(0.2523591, 6);
    expect(crossEntropy(one, tensor([0.2, 0.3, 0.5]), { weight }).item()).toBeCloseTo(2.5784206, 5);
  });

  test("nothing has the mean NaN, and no losses", () => {
    expect(crossEntropy(zeros([0, 3]), zeros([0, 3])).item()).toBeNaN();
    expect(crossEntropy(zeros([0, 3, 2]), zeros([0, 2], "i32")).item()).toBeNaN();
    expect(crossEntropy(zeros([2, 3, 0]), zeros([2, 0], "i32"), { reduction: "none" }).shape).toEqual([2, 0]);
  });
});

test("the losses' shape is known where the logits' is", () => {
  const flat = zeros([4, 3]);
  const each = crossEntropy(flat, zeros([4], "i32"), { reduction: "none" });
  expectTypeOf(each).toEqualTypeOf<Tensor<[4]>>();
  expectTypeOf(crossEntropy(flat, zeros([4, 3]))).toEqualTypeOf<Tensor<[]>>();
  // @ts-expect-error: labels are i32
  expect(() => crossEntropy(flat, tensor([0, 1, 2, 0]))).toThrow(DTypeError);
});

test("intermediates are gone", () => {
  const before = memory().tensors;
  const losses = [crossEntropy(logits, labels), crossEntropy(logits, probabilities, { weight, labelSmoothing: 0.1 })];
  expect(memory().tensors).toBe(before + losses.length);
});

test.each([
  ["a label for each example alone", () => crossEntropy(logits, zeros([2], "i32")), ShapeError, /shape \[2, 2\]/],
  ["labels in f32", () => crossEntropy(logits as Tensor, zeros([2, 2])), DTypeError, /must be i32.*probabilities/s],
  ["a scalar", () => crossEntropy(tensor(1), zeros([], "i32")), ShapeError, /rows, classes/],
  [
    "an index to leave out",
    () => crossEntropy(logits, probabilities, { ignoreIndex: 1 }),
    ValueError,
    /no label to leave out/,
  ],
  [
    "a weight too few",
    () => crossEntropy(logits, probabilities, { weight: tensor([1, 2]) }),
    ShapeError,
    /one weight for each of 3/,
  ],
] as const)("%s is refused", (_, call, error, message) => {
  expect(call).toThrow(error);
  expect(call).toThrow(message);
});
