import { describe, expect, test } from "vitest";
import { DisposedError, memory, scope, tensor } from "../index.node.ts";

describe("JSON.stringify", () => {
  test("writes a tensor's elements as nested arrays, wherever it stands", () => {
    const answer = { shares: tensor([[1, 2.5]]), best: tensor(3, "i32"), seen: tensor([true, false]) };
    expect(JSON.stringify(answer)).toBe('{"shares":[[1,2.5]],"best":3,"seen":[true,false]}');
  });

  test("writes a view as it is seen, and the values of what is for storage", () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(JSON.stringify(x.transpose())).toBe("[[1,3],[2,4]]");
    expect(JSON.stringify(tensor([0.5], "bf16"))).toBe("[0.5]");
    expect(JSON.stringify(tensor([]))).toBe("[]");
  });

  test("writes null for what JSON has no number for, as of arrays", () => {
    const values = [Number.NaN, Infinity, 1];
    expect(JSON.stringify(tensor(values))).toBe(JSON.stringify(values));
  });

  test("refuses what was disposed, and makes no tensor", () => {
    const gone = tensor([1]);
    gone.dispose();
    expect(() => JSON.stringify({ gone })).toThrow(DisposedError);
    scope(() => {
      const view = tensor([[1], [2]]).transpose();
      const { tensors } = memory();
      JSON.stringify(view);
      expect(memory().tensors).toBe(tensors);
    });
  });
});
