import { ones, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { SGD } from "../optimise/sgd.ts";
import { examplesIn } from "./batch-size.ts";
import { evaluate } from "./evaluate.ts";
import { fit } from "./fit.ts";

describe("the number of examples in a batch", () => {
  const x = ones([3, 2]);
  test.each([
    ["a tensor", x, 3],
    ["a pair", [x, ones([3])], 3],
    ["a record", { images: x, labels: tensor([0, 1, 0], "i32") }, 3],
    ["records in records", { in: { x, mask: ones([3, 1]) }, out: ones([3]) }, 3],
    ["tensors beside texts and typed arrays", { x, title: ["a", "b", "c"], indices: Int32Array.of(4, 5, 6) }, 3],
    ["labels in an array beside a tensor", [x, [0, 1, 0]], 3],
    ["an empty batch", { x: ones([0, 2]) }, 0],
    ["a scalar", tensor(1), 1],
    ["a file's name", "a.png", 1],
    ["a number", 7, 1],
  ])("is found in %s", (_, batch, count) => {
    expect(examplesIn("fit", batch)).toBe(count);
  });

  test.each([
    ["weights of classes before the batch", { classWeights: ones([10]), x }, /classWeights +10\n +x +3/],
    ["a time axis first", { x: ones([7, 3, 2]), y: ones([3]) }, /x +7\n +y +3/],
    ["one example without a batch axis", { x: ones([4]), y: tensor(1) }, /x +4\n +y +1/],
    ["plain arrays", { x: [[1, 2]], y: [0] }, /tensors +0/],
    ["a plain array", [1, 2, 3], /tensors +0/],
    ["one example's pixels", { pixels: new Uint8Array(784), label: 3 }, /tensors +0/],
    ["pixels beside a tensor", { mean: ones([3]), pixels: new Uint8Array(784) }, /mean +3\n +pixels +784/],
    ["an object of a class", new Map([["x", x]]), /batch +a value of class Map/],
    ["nothing", {}, /batch +a record/],
  ])("is asked for where there is %s", (_, batch, message) => {
    expect(() => examplesIn("fit", batch)).toThrow(ValueError);
    expect(() => examplesIn("fit", batch)).toThrow(message);
    expect(() => examplesIn("fit", batch)).toThrow(/examples: \(\{ x \}\) => x\.shape\[0\]/);
    expect(examplesIn("fit", batch, () => 5)).toBe(5);
  });

  test.each([[1.5], [-1], [Number.NaN], [undefined], ["3"], [Promise.resolve(3)]])("is not %s", (answer) => {
    expect(() => examplesIn("fit", x, () => answer as never)).toThrow(/examples must give the number of examples/);
  });

  test("does not recurse for ever", () => {
    const batch: Record<string, unknown> = { x };
    batch["self"] = batch;
    expect(examplesIn("fit", batch)).toBe(3);
  });
});

describe("means over batches of different sizes", () => {
  // Losses 2 and 8 of 1 and 2 examples: (2 + 8 + 8) / 3 = 6.
  const data = [
    { classWeights: ones([4]), x: ones([1, 1]), value: 2 },
    { classWeights: ones([4]), x: ones([2, 1]), value: 8 },
  ];
  const task = {
    forward: ({ x }: (typeof data)[0]) => x,
    loss: (y: Tensor, { value }: (typeof data)[0]) => y.mean().mul(0).add(value),
    metrics: {
      number: (_: Tensor, { value }: (typeof data)[0]) => value,
      tensor: (y: Tensor, { value }: (typeof data)[0]) => y.mean().mul(value),
    },
    examples: ({ x }: (typeof data)[0]) => x.shape[0],
  };

  test("are weighted by what was said, in evaluate and in fit, which say of how many examples they are", async () => {
    const model = new Linear(1, 1);
    const wanted = { loss: 6, metrics: { number: 6, tensor: 6 }, examples: 3 };
    expect(await evaluate(model, data, task)).toEqual({ ...wanted, complete: true });
    const { history } = await fit(model, data, {
      ...task,
      loss: (y: Tensor, batch) => model.forward(y).mean().mul(0).add(task.loss(y, batch)),
      epochs: 1,
      optimizer: new SGD(model.parameters()),
    });
    expect(history[0]).toMatchObject(wanted);
  });

  test("are asked for before a parameter moves", async () => {
    const model = new Linear(1, 1);
    const before = model.weight.item();
    const { examples: _, ...silent } = task;
    const loss = (y: Tensor): Tensor => model.forward(y).mean();
    const options = { ...silent, loss, epochs: 1, optimizer: new SGD(model.parameters(), { learningRate: 1 }) };
    await expect(fit(model, data, options)).rejects.toThrow(/classWeights +4\n +x +1/);
    expect(model.weight.item()).toBe(before);
  });
});
