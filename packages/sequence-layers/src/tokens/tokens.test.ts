import { decodeModel, encodeModel, Sequential } from "@unfoldjs/nn";
import { DTypeError, full, Generator, IndexError, memory, scope, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { OneHot } from "./one-hot.ts";
import { TokenDropout } from "./token-dropout.ts";

test("OneHot is 1 at each token's number, and knows its classes", () => {
  const layer = new OneHot(3);
  const tokens = tensor([[0, 2]], "i32");
  const wanted = [
    [
      [1, 0, 0],
      [0, 0, 1],
    ],
  ];
  expect(layer.forward(tokens).toArray()).toEqual(wanted);
  const same = decodeModel(encodeModel(new Sequential<"i32">(layer), { layers }), { layers }) as Sequential<"i32">;
  expect(same.forward(tokens).toArray()).toEqual(wanted);
  expect(() => layer.forward(tensor([3], "i32"))).toThrow(IndexError);
  expect(() => layer.forward(tensor([1]) as never)).toThrow(DTypeError);
  expect(() => new OneHot(0)).toThrow(ValueError);
});

describe("TokenDropout", () => {
  const text = tensor(
    Array.from({ length: 4000 }, (_, at) => at % 5),
    "i32",
  );

  test("replaces its share of tokens while learning, and never those that are kept", () => {
    const before = memory().tensors;
    const layer = new TokenDropout(0.25, { token: 9, keep: [0, 1], generator: new Generator(7) });
    const found = scope(() => [...layer.forward(text).data()]);
    const replaced = found.filter((token) => token === 9).length;
    // Of 2,400 tokens that may be: 600 ± 4 deviations of √(2400 · 0.25 · 0.75).
    expect(Math.abs(replaced - 600)).toBeLessThan(4 * Math.sqrt(2400 * 0.25 * 0.75));
    expect(found.every((token, at) => token === 9 || token === at % 5)).toBe(true);
    expect(found.every((token, at) => token !== 9 || at % 5 > 1)).toBe(true);
    expect(memory().tensors).toBe(before);
  });

  test("does nothing in use; with a probability of 1 replaces everything", () => {
    const layer = new TokenDropout(1);
    expect(scope(() => layer.forward(full([3], 4, "i32")).toArray())).toEqual([0, 0, 0]);
    expect(layer.eval().forward(text)).toBe(text);
    expect(new TokenDropout(0).forward(text)).toBe(text);
  });

  test("is brought back by a file, and refuses what it cannot do", () => {
    const layer = new TokenDropout(0.5, { token: 3, keep: [1] });
    const same = decodeModel(encodeModel(layer, { layers }), { layers });
    expect(same.config()).toEqual([0.5, { token: 3, keep: [1] }]);
    expect(() => new TokenDropout(50)).toThrow(/not a percentage/);
    expect(() => new TokenDropout(0.5, { keep: [0.5] })).toThrow(/keep\[0\]/);
    expect(() => layer.forward(tensor([1]) as never)).toThrow(DTypeError);
  });
});
