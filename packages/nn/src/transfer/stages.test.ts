import { ones, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Dropout } from "../layers/dropout.ts";
import { Embedding } from "../layers/embedding.ts";
import { LayerNorm } from "../layers/layer-norm.ts";
import { Linear } from "../layers/linear.ts";
import { ReLU } from "../layers/activation.ts";
import { Sequential } from "../layers/sequential.ts";
import { Buffer } from "../module/buffer.ts";
import { Module } from "../module/module.ts";
import { Parameter } from "../module/parameter.ts";
import { freezeStages } from "./freeze-stages.ts";
import { stagesOf } from "./stages.ts";

/** As batch norm: statistics that run while it learns, unless it is frozen. */
class Norm extends Module {
  frozen = false;
  readonly weight = new Parameter(ones([3]));
  readonly mean = new Buffer(ones([3]));
  override forward(x: Tensor): Tensor {
    return x;
  }
}

class Pair extends Module {
  readonly left = new Linear(3, 3);
  readonly right = new Linear(3, 3);
  override forward(x: Tensor): Tensor {
    return this.left.forward(x).add(this.right.forward(x));
  }
}

class Net extends Module {
  readonly scale = new Parameter(ones([3]));
  readonly features = new Sequential(
    new Linear(4, 3),
    new Norm(),
    new ReLU(),
    new Dropout(0.5),
    new Linear(3, 3),
    new Norm(),
  );
  readonly pair = new Pair();
  readonly dropout = new Dropout(0.5);
  readonly head = new Linear(3, 2);
  override forward(x: Tensor): Tensor {
    return this.head.forward(this.dropout.forward(this.pair.forward(this.features.forward(x))));
  }
}

class Said extends Module {
  readonly body = new Net();
  readonly top = new Linear(2, 2);
  readonly #paths: Readonly<Record<string, readonly string[]>>;
  constructor(paths: Readonly<Record<string, readonly string[]>>) {
    super();
    this.#paths = paths;
  }
  stagePaths(): Readonly<Record<string, readonly string[]>> {
    return this.#paths;
  }
  override forward(x: Tensor): Tensor {
    return this.top.forward(this.body.forward(x));
  }
}

const summary = (model: Module): [string, readonly string[], number][] =>
  stagesOf(model).map(({ name, paths, parameters }) => [name, paths, parameters.length]);
const frozen = (model: Module): string[] =>
  model.namedParameters().flatMap(([path, parameter]) => (parameter.frozen ? [path] : []));
const norms = (model: Module): boolean[] =>
  model.namedModules().flatMap(([, module]) => (module instanceof Norm ? [module.frozen] : []));

describe("stagesOf", () => {
  test("takes children in their order, a Sequential's instead of it, each with the norm behind it", () => {
    expect(summary(new Net())).toEqual([
      ["features.0", ["scale", "features.0", "features.1", "features.2", "features.3"], 4],
      ["features.4", ["features.4", "features.5"], 3],
      ["pair", ["pair", "dropout"], 4],
      ["head", ["head"], 2],
    ]);
  });

  test("takes what a class says of itself, within another model too", () => {
    const said = new Said({ low: ["body.scale", "body.features", "body.pair"], high: ["body.head", "top"] });
    expect(summary(said).map(([name, , count]) => [name, count])).toEqual([
      ["low", 11],
      ["high", 4],
    ]);
    const around = new Sequential(said, new Linear(2, 2));
    expect(summary(around).map(([name]) => name)).toEqual(["0.low", "0.high", "1"]);
    expect(summary(around)[1]?.[1]).toEqual(["0.body.head", "0.top"]);
  });

  test("has what is used twice in the first stage alone", () => {
    const words = new Embedding(5, 3);
    const tied = new Sequential(words, new Linear(3, 3), new Linear(3, 5));
    Object.assign(tied.at(2) as Linear, { weight: words.weight });
    expect(summary(tied).map(([, , count]) => count)).toEqual([1, 2, 1]);
  });

  test("of what does not learn is one stage, or none", () => {
    expect(summary(new Sequential(new ReLU(), new LayerNorm(3)))).toEqual([["0", ["0", "1"], 2]]);
    expect(summary(new Sequential())).toEqual([]);
  });

  test("says what stagePaths does wrong", () => {
    expect(() => stagesOf(new Said({ all: ["body"] }))).toThrow(/leaves out[^]*|path +top\.weight/);
    expect(() => stagesOf(new Said({ all: ["body", "top"], more: ["bottom"] }))).toThrow(/member that is not there/);
  });
});

describe("freezeStages", () => {
  test("freezes the first stages, sets them to use, and thaws the rest", () => {
    const net = new Net();
    net.head.freeze();
    freezeStages(net, 2);
    expect(frozen(net)).toHaveLength(7);
    expect(norms(net)).toEqual([true, true]);
    const used = net.namedModules().flatMap(([path, module]) => (module.training ? [] : [path]));
    expect(used).toEqual([0, 1, 2, 3, 4, 5].map((at) => `features.${at}`));
    freezeStages(net, 1);
    expect(norms(net)).toEqual([true, false]);
    expect(net.namedModules().every(([path, { training }]) => training === !/features\.[0-3]/.test(path))).toBe(true);
    freezeStages(net, 0);
    expect(frozen(net)).toEqual([]);
    freezeStages(net, 4);
    expect(frozen(net)).toHaveLength(net.parameters().length);
  });

  test("takes stages by name and paths by pattern, and freezes norms whose own weights are", () => {
    const net = new Net();
    freezeStages(net, ["features.0", "pair.*.bias"]);
    expect(frozen(net)).toEqual([
      "scale",
      "features.0.weight",
      "features.0.bias",
      "features.1.weight",
      "pair.left.bias",
      "pair.right.bias",
    ]);
    freezeStages(net, "features.{1,5}.weight");
    expect(norms(net)).toEqual([true, true]);
    expect(frozen(net)).toEqual(["features.1.weight", "features.5.weight"]);
  });

  test("leaves a model in use in use", () => {
    const net = new Net().eval();
    freezeStages(net, 1);
    expect(net.namedModules().some(([, { training }]) => training)).toBe(false);
  });

  test("refuses what is not there", () => {
    expect(() => freezeStages(new Net(), 5)).toThrow(/from 0 to 4[^]*|features\.0, features\.4, pair, head/);
    expect(() => freezeStages(new Net(), "haed")).toThrow(/did you mean head\?/);
    expect(() => freezeStages(new Net(), [2] as never)).toThrow(/names of stages/);
  });
});
