import { type Shape, type Tensor, type WithFeatures, zeros, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import { encodeModel } from "../save/model-file.ts";
import { backward } from "../train/backward.ts";
import { Module } from "./module.ts";

describe("a forward in a field", () => {
  const advice = /forward must be a method[\s\S]*write forward\(x\) \{ … \} in the class, not forward = \(x\) => …/;

  test("is refused when the module is constructed, if its class has no method", () => {
    class Arrow extends Module {
      readonly layer = new Linear(2, 2);
      override forward = (x: Tensor): Tensor => this.layer.forward(x);
    }
    expect(() => new Arrow()).toThrow(ValueError);
    expect(() => new Arrow()).toThrow(/class +Arrow/);
    expect(() => new Arrow()).toThrow(advice);
  });

  class Hiding extends Linear {
    override forward = <S extends Shape>(x: Tensor<S>): Tensor<WithFeatures<S, number>> => x as Tensor<never>;
  }
  const uses: [string, (module: Module) => unknown][] = [
    ["parameters", (module) => module.parameters()],
    ["train", (module) => module.train()],
    ["eval", (module) => module.eval()],
    ["freeze", (module) => module.freeze()],
    ["stateDict", (module) => module.stateDict()],
    ["loadStateDict", (module) => module.loadStateDict({})],
    ["summary", (module) => module.summary([1, 2])],
    ["backward", (module) => backward(module, () => zeros([]))],
    ["encodeModel", (module) => encodeModel(module)],
  ];

  test.each(uses)("is refused by %s, if it hides an inherited method", (_, use) => {
    expect(() => use(new Hiding(2, 2))).toThrow(advice);
    expect(() => use(new Sequential(new Linear(2, 2), new Hiding(2, 2)))).toThrow(/path +1\b/);
  });

  test("is refused if it was assigned", () => {
    const layer = new Linear(2, 2);
    Object.assign(layer, { forward: (x: Tensor): Tensor => x });
    expect(() => layer.parameters()).toThrow(advice);
    const none = new Linear(2, 2);
    Object.assign(none, { forward: undefined });
    expect(() => none.parameters()).toThrow(advice);
  });

  test("is not what a method is, inherited or own", () => {
    class Same extends Linear {}
    class Own extends Linear {
      override forward<S extends Shape>(x: Tensor<S>): Tensor<WithFeatures<S, number>> {
        return super.forward<Shape>(x) as Tensor<never>;
      }
    }
    expect([new Same(1, 1).parameterCount, new Own(1, 1).parameterCount]).toEqual([2, 2]);
  });
});
