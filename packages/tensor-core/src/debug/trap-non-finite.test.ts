import { expect, test } from "vitest";
import { memory, NonFiniteError, scope, tensor, trapNonFinite, zeros } from "../index.node.ts";

test("names the first op that made something that is no number, with what it was given", () => {
  const x = tensor([1, 0, 4]);
  const before = memory().tensors;
  const act = (): unknown => trapNonFinite(() => scope(() => x.sqrt().log().mul(0).sum()));
  expect(act).toThrow(NonFiniteError);
  expect(act).toThrow(/^log: made -Infinity out of finite numbers\n +x +\[3\] from 0 to 2\n[^]*position +1\n/);
  expect(memory().tensors).toBe(before);
});

test("says when the input was not finite before", () => {
  const x = tensor([Number.NaN, 1]);
  expect(() => trapNonFinite(() => x.add(1))).toThrow(/add: made NaN out of input that holds such values already/);
});

test("lets finite numbers, other dtypes and views pass", () => {
  const sum = trapNonFinite(() => zeros([2, 2]).transpose().exp().greater(0).sum());
  expect(sum.item()).toBe(4);
  expect(tensor([1]).div(0).item()).toBe(Infinity);
});
