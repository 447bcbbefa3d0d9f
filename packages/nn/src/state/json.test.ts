import { FormatError, tensor, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import type { Argument } from "../module/any-module.ts";
import { Module } from "../module/module.ts";
import { Adam } from "../optimise/adam.ts";
import { decodeModel, encodeModel } from "../save/model-file.ts";
import { fit } from "../train/fit.ts";
import { marked, unmarked } from "./json.ts";

const through = (value: unknown): unknown =>
  unmarked("test", JSON.parse(JSON.stringify(marked("test", value))) as never);

describe("values in a file", () => {
  test("come back as they were, whatever JSON makes of them", () => {
    const value = {
      numbers: [NaN, Infinity, -Infinity, -0, 0, 1e-320, 2 ** 53],
      undefined,
      list: [undefined, null, { $number: "mine", $$x: [{ $undefined: 1 }], $module: "x" }],
    };
    expect(through(value)).toStrictEqual(value);
    expect(Object.is(through(-0) as number, -0)).toBe(true);
  });

  test("come back, any of them", () => {
    const any = fc.anything({
      withNullPrototype: false,
      maxDepth: 4,
      values: [fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.constant(undefined)],
    });
    fc.assert(
      fc.property(any, (value) => {
        expect(through(value)).toStrictEqual(value);
      }),
      { seed: 1 },
    );
  });

  test.each([
    ["a function", () => 1],
    ["a Date", new Date(0)],
    ["a typed array", new Float32Array(2)],
    ["a Map", new Map()],
    ["a bigint", 1n],
    ["a symbol", Symbol("x")],
    ["a tensor", tensor([1])],
  ])("cannot be %s", (_, value) => {
    expect(() => marked("test", { option: [value] })).toThrow(ValueError);
  });

  test("are refused where they contain themselves, and where a mark is none", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => marked("test", loop)).toThrow(/contain itself/);
    for (const wrong of [{ $number: "1" }, { $number: 1 }, { $number: "nan" }])
      expect(() => unmarked("test", wrong)).toThrow(FormatError);
    const deep = JSON.parse("[".repeat(5000) + "]".repeat(5000)) as never;
    expect(() => unmarked("test", deep)).toThrow(FormatError);
  });
});

describe("config", () => {
  class Clip extends Module {
    readonly given: readonly Argument[];
    readonly inner: Linear;
    constructor(inner: Linear, ...given: Argument[]) {
      super();
      this.inner = inner;
      this.given = given;
    }
    override forward(x: Tensor): Tensor {
      return this.inner.forward(x);
    }
    override config(): readonly Argument[] {
      return [this.inner, ...this.given];
    }
  }

  test("keeps infinities, NaN, −0 and undefined in a file", () => {
    const given = [-Infinity, undefined, NaN, -0, { limits: [0, Infinity], $scale: 2, none: undefined }];
    const layers = { Clip };
    const built = decodeModel(encodeModel(new Clip(new Linear(1, 1), ...given), { layers }), { layers }) as Clip;
    expect(built.given).toStrictEqual(given);
    expect(String(new Clip(new Linear(1, 1), -0))).toBe(String(new Clip(new Linear(1, 1), -0)));
  });

  test("is refused if it has what no file can hold", () => {
    const wrong = new Clip(new Linear(1, 1), (() => 1) as never);
    expect(() => encodeModel(wrong, { layers: { Clip } })).toThrow(
      /a file holds texts, numbers[\s\S]*|came +a function/,
    );
  });
});

test("a metric that is NaN or infinite is so in a resumed training's history too", async () => {
  const options = (model: Linear, epochs: number) => ({
    epochs,
    forward: (input: Tensor) => model.forward(input),
    loss: (y: Tensor) => y.square().mean(),
    metrics: { odd: () => Infinity },
    optimizer: new Adam(model.parameters()),
  });
  const data = [tensor([[1]]) as Tensor];
  const model = new Linear(1, 1);
  let bytes = new Uint8Array();
  await fit(model, data, {
    ...options(model, 1),
    callbacks: [{ onEpochEnd: (run) => void (bytes = run.checkpoint() as Uint8Array<ArrayBuffer>) }],
  });
  const { history } = await fit(model, data, { ...options(model, 2), resume: bytes });
  expect(history.map(({ metrics }) => metrics["odd"])).toEqual([Infinity, Infinity]);
});
