import { keep, memory, ones, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { SGD } from "../optimise/sgd.ts";
import { evaluate } from "./evaluate.ts";
import { fit } from "./fit.ts";

interface Batch {
  readonly x: Tensor;
}

/** Data whose every pass is what a generator gives. */
const passes = (generator: () => Iterator<Batch>): Iterable<Batch> => ({ [Symbol.iterator]: generator });

const setUp = (): {
  model: Linear;
  train: (data: Iterable<Batch>, epochs?: number) => Promise<unknown>;
  test: (data: Iterable<Batch>) => Promise<unknown>;
} => {
  const model = new Linear(8, 1);
  const task = { forward: ({ x }: Batch) => model.forward(x), loss: (y: Tensor) => y.square().mean() };
  const optimizer = new SGD(model.parameters(), { learningRate: 1e-3 });
  return {
    model,
    train: (data, epochs = 2) => fit(model, data, { ...task, epochs, optimizer }),
    test: (data) => evaluate(model, data, task),
  };
};

describe("a pass over what a user's own iterator makes", () => {
  const peak = { tensors: 0 };
  function* naive(): Iterator<Batch> {
    for (let i = 0; i < 40; i++) {
      peak.tensors = Math.max(peak.tensors, memory().tensors);
      yield { x: ones([4, 8]).mul(i).div(40) }; // two that nobody holds, and the batch
    }
  }

  test.each(["train", "test"] as const)("leaves nothing behind, and never holds more than a batch: %s", async (way) => {
    const setup = setUp();
    const { tensors, bytes } = memory();
    peak.tensors = 0;
    await setup[way](passes(naive));
    for (const parameter of setup.model.parameters()) parameter.dropGrad();
    expect(memory()).toMatchObject({ tensors, bytes });
    // The gradients of the two parameters are there too.
    expect(peak.tensors - tensors).toBeLessThanOrEqual(2);
  });

  test.each(["train", "test"] as const)("frees them also when a step throws: %s", async (way) => {
    const setup = setUp();
    const { tensors, bytes } = memory();
    const returned: string[] = [];
    const data = passes(function* () {
      try {
        yield { x: ones([4, 8]) as Tensor };
        yield { x: ones([4, 7]) as Tensor };
      } finally {
        returned.push("end");
      }
    });
    await expect(setup[way](data)).rejects.toThrow(/linear/);
    for (const parameter of setup.model.parameters()) parameter.dropGrad();
    expect(memory()).toMatchObject({ tensors, bytes });
    expect(returned).toEqual(["end"]);
  });

  test.each(["train", "test"] as const)("leaves what was there before, and what was given to keep: %s", async (way) => {
    const setup = setUp();
    const outside = { x: ones([4, 8]) as Tensor };
    const kept: Tensor[] = [];
    const data = passes(function* () {
      const all = keep(ones([8, 8]) as Tensor);
      kept.push(all);
      yield outside;
      for (let from = 0; from < 8; from += 4) yield { x: all.slice(0, from, from + 4) };
    });
    await setup[way](data);
    expect([outside.x, ...kept].every(({ isDisposed }) => !isDisposed)).toBe(true);
    for (const tensor of kept) tensor.dispose();
  });

  test.each(["train", "test"] as const)(
    "says where something is used again that went with its batch: %s",
    async (way) => {
      const data = passes(function* () {
        const all = ones([8, 8]);
        for (let from = 0; from < 8; from += 4) yield { x: all.slice(0, from, from + 4) };
      });
      await expect(setUp()[way](data)).rejects.toThrow(/in the data's next\(\): this tensor's memory[^]*keep\(t\)/);
    },
  );

  test.each(["train", "test"] as const)(
    "asks an iterator to return where it was broken off, and only there: %s",
    async (way) => {
      const calls: string[] = [];
      const data = (last: "done" | "throws"): Iterable<Batch> =>
        passes(() => {
          let i = 0;
          return {
            next: () => {
              if (i++ === 0) return { done: false, value: { x: ones([1, 8]) as Tensor } };
              if (last === "throws") throw new Error("no disk");
              return { done: true, value: undefined };
            },
            return: () => {
              calls.push("return");
              return { done: true, value: undefined };
            },
          };
        });
      await setUp()[way](data("done"));
      await expect(setUp()[way](data("throws"))).rejects.toThrow("no disk");
      expect(calls).toEqual([]);
    },
  );

  const unreadable: [string, unknown, RegExp][] = [
    ["an async iterable", (async function* () {})(), /data +an async iterable[^]*await what is loaded first/],
    ["a promise", Promise.resolve([]), /data +a promise/],
    ["nothing", undefined, /data +undefined/],
    ["a record", { x: 1 }, /data +a record/],
    ["promises of batches", [Promise.resolve({ x: ones([1, 8]) })], /the data's next\(\)[^]*a promise/],
    [
      "an iterator that is async",
      passes(() => ({ next: async () => ({ done: true }) }) as never),
      /the data's next\(\)/,
    ],
  ];
  test.each(unreadable)("refuses %s", async (_, data, message) => {
    await expect(setUp().train(data as never)).rejects.toThrow(message);
    await expect(setUp().test(data as never)).rejects.toThrow(message);
  });

  test.each(["train", "test"] as const)("refuses data without batches: %s", async (way) => {
    await expect(setUp()[way]([])).rejects.toThrow(/no batches/);
    const once = naive();
    await setUp().train(once as never, 1);
    await expect(setUp()[way](once as never)).rejects.toThrow(/no batches|read only once/);
  });
});
