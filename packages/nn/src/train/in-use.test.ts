import { ScopeError, ValueError } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { Dropout } from "../layers/dropout.ts";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import { inUse } from "./in-use.ts";

const modesOf = (model: Sequential): boolean[] => model.namedModules().map(([, { training }]) => training);

test("a model is in use while it runs, and afterwards as it was, module by module", () => {
  const model = new Sequential(new Linear(2, 2), new Dropout(0.5));
  (model.at(0) as Linear).eval(); // held in use by somebody
  const before = modesOf(model);
  expect(inUse(model, () => modesOf(model))).toEqual([false, false, false]);
  expect(modesOf(model)).toEqual(before);
  expect(() =>
    inUse(model, () => {
      throw new Error("mine");
    }),
  ).toThrow("mine");
  expect(modesOf(model)).toEqual(before);
});

test("what is no module, and what is async, is refused", () => {
  const model = new Sequential(new Linear(2, 2));
  expect(() => inUse(2 as never, () => 1)).toThrow(ValueError);
  expect(() => inUse(model, async () => Promise.resolve(1))).toThrow(ScopeError);
  expect(modesOf(model)).toEqual([true, true]);
});
