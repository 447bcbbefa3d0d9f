import { ones, ScopeError, ShapeError, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { SGD } from "../optimise/sgd.ts";
import { evaluate } from "./evaluate.ts";
import { fit } from "./fit.ts";
import type { Task } from "./task.ts";

describe("a task", () => {
  const model = new Linear(2, 1);
  const optimizer = new SGD(model.parameters(), { learningRate: 0 });
  const good: Task<Tensor, Tensor> = { forward: (x) => model.forward(x), loss: (y) => y.mean() };
  const data = [ones([3, 2]) as Tensor];
  const ways = {
    fit: async (task: Task<Tensor, Tensor>) => (await fit(model, data, { ...task, epochs: 1, optimizer })).history[0],
    evaluate: (task: Task<Tensor, Tensor>) => evaluate(model, data, task),
  };

  describe.each(Object.entries(ways))("in %s", (op, run) => {
    test("has metrics that are numbers or tensors of one", async () => {
      const metrics = {
        number: () => 0.5,
        scalar: () => tensor(0.25),
        one: () => tensor([[2]]),
        whole: () => tensor(3, "i32") as never,
        nan: () => Number.NaN,
      };
      const report = await run({ ...good, metrics });
      expect(report?.metrics).toEqual({ number: 0.5, scalar: 0.25, one: 2, whole: 3, nan: Number.NaN });
    });

    test.each([
      ["an async forward", { forward: async (x: Tensor) => model.forward(x) }, ScopeError, /'s forward/],
      ["an async loss", { loss: async (y: Tensor) => y.mean() }, ScopeError, /'s loss/],
      ["an async metric", { metrics: { slow: async () => 1 } }, ScopeError, /'s metric slow/],
      [
        "a metric of several numbers",
        { metrics: { wide: (y: Tensor) => y } },
        ShapeError,
        /'s metric wide[^]*\[3, 1\]/,
      ],
      ["a metric that is nothing", { metrics: { none: () => undefined } }, ValueError, /'s metric none[^]*undefined/],
      ["a metric that is a text", { metrics: { text: () => "good" } }, ValueError, /'s metric text[^]*good/],
      ["a loss for each example", { loss: (y: Tensor) => y }, ShapeError, /'s loss[^]*mean\(\)/],
      ["a loss that is a number", { loss: () => 1 }, ValueError, /'s loss[^]*gives a tensor/],
      ["a loss that is nothing", { loss: () => undefined }, ValueError, /'s loss/],
    ])("refuses %s", async (_, wrong, type, message) => {
      const answer = run({ ...good, ...(wrong as object) });
      await expect(answer).rejects.toThrow(type);
      await expect(answer).rejects.toThrow(message);
      await expect(answer).rejects.toThrow(new RegExp(`^${op}'s`));
    });
  });
});
