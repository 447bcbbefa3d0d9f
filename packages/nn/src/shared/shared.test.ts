import { beforeAll, describe, expect, test, vi } from "vitest";
import * as nn from "../index.ts";
import { zeros } from "@unfoldjs/tensor-core";

/** The package loaded a second time, with a core of its own, as where a linked package brings both. */
let copy: typeof nn;
beforeAll(async () => {
  vi.resetModules();
  copy = await import("../index.ts");
});

describe("a second copy of the package", () => {
  test("is one", () => {
    expect(copy.Linear).not.toBe(nn.Linear);
  });

  test("draws from the generator that either seeds", () => {
    const first = (from: typeof nn): number[] => [...new from.Linear(3, 1).weight.data()];
    nn.manualSeed(7);
    const wanted = first(nn);
    nn.manualSeed(7);
    expect(first(copy)).toEqual(wanted);
    copy.manualSeed(7);
    expect(first(nn)).toEqual(wanted);
    nn.withGenerator(copy.manualSeed(7), () => expect(first(copy)).toEqual(wanted));
    expect(copy.defaultGenerator()).toBe(nn.defaultGenerator());
  });

  test("has layers that are members, located in errors, counted and resumed in models of the other", () => {
    const model = new nn.Sequential(new copy.Linear(2, 3), new copy.Dropout(0.5, { generator: nn.defaultGenerator() }));
    expect(model.namedParameters().map(([path]) => path)).toEqual(["0.weight", "0.bias"]);
    expect(model.namedGenerators().map(([path]) => path)).toEqual(["1.generator"]);
    expect(() => model.forward(zeros([1, 5]))).toThrow(/^linear in 0:/);
    expect(model.summary([1, 2]).rows.map(({ multiplyAdds }) => multiplyAdds)).toEqual([0, 6, 0]);
    expect(nn.backward(model.eval(), () => model.forward(zeros([1, 2])).sum())).toBeTypeOf("number");
  });

  test("is not written with its generators as arguments", () => {
    const layer = new nn.Linear(1, 1, { generator: copy.defaultGenerator() });
    expect(layer.config()).toEqual([1, 1]);
    const bytes = copy.encodeModel(new copy.Sequential(new copy.Linear(1, 1)));
    expect(nn.decodeModel(bytes)).toBeInstanceOf(nn.Sequential);
  });
});
