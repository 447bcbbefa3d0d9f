import { ones, relu, type Tensor, tensor, ValueError, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import { Adam } from "../optimise/adam.ts";
import { encodeModel } from "../save/model-file.ts";
import { backward } from "../train/backward.ts";
import { Buffer } from "./buffer.ts";
import { Module } from "./module.ts";
import { Parameter } from "./parameter.ts";

/** As one writes it in JavaScript, where no compiler knows what a field may hold. */
class Net extends Module {
  w: unknown = new Parameter(ones([2]));
  mean: unknown = new Buffer(zeros([2]));
  head: unknown = new Linear(2, 1);
  readonly blocks: Record<string, unknown[]> = { left: [new Linear(2, 2)] };
  readonly byName: Map<string, unknown> = new Map([["a", new Linear(2, 2)]]);
  override forward(x: Tensor): Tensor {
    return (this.head as Linear).forward(x.mul(this.w as Tensor));
  }
}

const x = tensor([[1, 2]]) as Tensor;

describe("a member that is replaced", () => {
  const wrong: [what: string, put: (net: Net) => void, path: RegExp][] = [
    ["a parameter by a tensor", (net) => (net.w = (net.w as Tensor).sub(0.1)), /path +w\n/],
    ["a buffer by a tensor", (net) => (net.mean = (net.mean as Tensor).mul(0.9)), /path +mean\n/],
    ["a layer by a function", (net) => (net.head = relu), /path +head\n/],
    ["a layer in a list by a tensor", (net) => (net.blocks["left"] = [zeros([2])]), /path +blocks\.left\.0\n/],
    ["a layer in a Map by a number", (net) => net.byName.set("a", 3), /path +byName\.a\n/],
  ];

  test.each(wrong)("is refused: %s", (_, put, path) => {
    const net = new Net();
    const optimizer = new Adam(net.parameters());
    put(net);
    for (const use of [
      () => net.parameters(),
      () => net.stateDict(),
      () => encodeModel(net),
      () => backward(net, () => net.forward(x).sum()),
    ]) {
      expect(use).toThrow(ValueError);
      expect(use).toThrow(/would not be learned or saved any more/);
      expect(use).toThrow(path);
    }
    optimizer.dispose();
  });

  test("is noticed where only forward has run before", () => {
    const net = new Net();
    net.forward(x);
    net.w = (net.w as Tensor).sub(0.1);
    expect(() => net.parameters()).toThrow(/this\.w\.assign\(values\)/);
  });

  test("may make way for another member, a list of members, or nothing", () => {
    const net = new Net();
    expect(net.parameters()).toHaveLength(7);
    net.w = new Parameter(zeros([2]));
    net.head = [new Linear(2, 1), new Linear(1, 1)];
    net.mean = undefined;
    net.blocks["left"] = [];
    net.byName.clear();
    expect(net.namedParameters().map(([path]) => path)).toEqual([
      "w",
      "head.0.weight",
      "head.0.bias",
      "head.1.weight",
      "head.1.bias",
    ]);
    net.head = new Linear(2, 1);
    expect(net.parameters()).toHaveLength(3);
    net.blocks["left"].push(new Linear(1, 1));
    expect(net.parameters()).toHaveLength(5);
  });

  test("is refused in what members() gives too", () => {
    const net = new Sequential(new Linear(2, 2));
    Object.assign(net.layers, [zeros([2])]);
    expect(() => net.parameters()).toThrow(
      /what members\(\) gives must be[\s\S]*path +0\n|what members\(\)[\s\S]*path +0/,
    );
  });
});
