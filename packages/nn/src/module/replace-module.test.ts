import { decodeSafetensors, memory, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { GELU, ReLU } from "../layers/activation.ts";
import { Identity } from "../layers/flatten.ts";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import { decodeModel, encodeModel } from "../save/model-file.ts";
import type { AnyModule, Argument } from "./any-module.ts";
import { Module } from "./module.ts";
import { replaceModule } from "./replace-module.ts";

class Net extends Module {
  readonly trunk = new Sequential(new Linear(4, 3), new Linear(3, 3));
  readonly heads = { head: new Linear(3, 2) };
  readonly byName = new Map([["aux", new Linear(3, 2)]]);
  override forward(x: Tensor): Tensor {
    return this.heads.head.forward(this.trunk.forward(x));
  }
}

const at = (net: Module, path: string): AnyModule | undefined => new Map(net.namedModules()).get(path);

describe("replaceModule", () => {
  test.each(["trunk", "trunk.1", "heads.head", "byName.aux"])("puts another in the place of %s", (path) => {
    const net = new Net();
    const before = at(net, path);
    const next = new Linear(3, 7);
    expect(replaceModule(net.eval(), path, next)).toBe(before);
    expect(at(net, path)).toBe(next);
    expect(next.training).toBe(false);
  });

  test("gives the old one over, and what is learned then is the new one", () => {
    const bytes = memory().bytes;
    const net = new Net();
    replaceModule(net, "heads.head", new Linear(3, 5)).dispose();
    expect(net.namedParameters().map(([path]) => path)).toContain("heads.head.weight");
    net.dispose();
    expect(memory().bytes).toBe(bytes);
  });

  test("finds it in each place that a field has it in, and under a name with dots", () => {
    class Named extends Module {
      readonly places: { name: string; layer: Module }[];
      constructor() {
        super();
        const twice = new Linear(2, 2);
        this.places = ["a", "a.b", "again"].map((name, place) => ({
          name,
          layer: place === 0 ? new Linear(2, 2) : twice,
        }));
      }
      override members(): [string, Module][] {
        return this.places.map(({ name, layer }) => [name, layer]);
      }
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    const [net, next] = [new Named(), new Identity()];
    replaceModule(net, "a.b", next);
    expect(net.places.map(({ layer }) => layer === next)).toEqual([false, true, true]);
  });

  test("says what is wrong", () => {
    const net = new Net();
    expect(() => replaceModule(net, "head", new Identity())).toThrow(
      /no module of this path[^]*children[^]*trunk, heads.head/,
    );
    expect(() => replaceModule(net, "trunk.10", new Identity())).toThrow(/did you mean trunk\.1\?/);
    expect(() => replaceModule(net, "", new Identity())).toThrow(/no module of this path/);
    expect(() => replaceModule(net, "trunk", net)).toThrow(/holds the model/);
    expect(() => replaceModule(net, "trunk", new Sequential(net))).toThrow(/holds the model/);
    class Fixed extends Module {
      readonly parts = Object.freeze([new Linear(2, 2)]);
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    expect(() => replaceModule(new Fixed(), "parts.0", new Identity())).toThrow(
      /not in a field that could be written to/,
    );
    class Private extends Module {
      readonly #layer = new Linear(2, 2);
      override members(): [string, Module][] {
        return [["layer", this.#layer]];
      }
      override forward(x: Tensor): Tensor {
        return this.#layer.forward(x);
      }
    }
    const closed = new Private();
    expect(() => replaceModule(closed, "layer", new Identity())).toThrow(/not in a field that could be written to/);
    expect(Object.keys(closed)).toEqual(Object.keys(new Private()));
  });
});

describe("a file of a model with another module in a place", () => {
  class Scaled extends Module {
    static override readonly name: string = "Scaled";
    readonly act: ReLU | GELU;
    readonly out: Linear;
    constructor(classes: number) {
      super();
      this.act = new ReLU();
      this.out = new Linear(3, classes);
    }
    override forward(x: Tensor): Tensor {
      return this.out.forward(this.act.forward(x));
    }
    override config(): readonly Argument[] {
      return [this.out.outFeatures];
    }
  }
  class Silent extends Module {
    override forward(x: Tensor): Tensor {
      return x;
    }
  }
  const layers = { Scaled };
  const rows: [string, () => Module, path: string, next: () => Module, isBuilt: boolean][] = [
    ["its config knows of it", () => new Scaled(2), "out", () => new Linear(3, 5), true],
    ["the same again", () => new Scaled(2), "act", () => new ReLU(), true],
    ["a sequence holds what it gives", () => new Sequential(new Linear(3, 2), new ReLU()), "1", () => new GELU(), true],
    ["another class without a state", () => new Scaled(2), "act", () => new GELU(), false],
    ["other options", () => new Scaled(2), "out", () => new Linear(3, 2, { activation: "relu" }), false],
    ["other sizes", () => new Scaled(2), "out", () => new Linear(3, 2, { bias: false }), false],
    ["one that does not say what it is", () => new Scaled(2), "act", () => new Silent(), false],
    ["below another model", () => new Sequential(new Scaled(2)), "0.act", () => new GELU(), false],
    ["more below", () => new Scaled(2), "act", () => new Sequential(new ReLU()), false],
  ];
  test.each(rows)("says how to build it, or holds weights alone: %s", (_, make, path, next, isBuilt) => {
    const model = make();
    replaceModule(model, path, next()).dispose();
    const before = memory().tensors;
    for (let once = 0; once < 2; once++) {
      const bytes = encodeModel(model, { layers });
      expect("unfold.model" in decodeSafetensors(bytes).metadata).toBe(isBuilt);
      expect(memory().tensors).toBe(before);
      if (!isBuilt) continue;
      const read = decodeModel(bytes, { layers });
      expect(String(read)).toBe(String(model));
      read.dispose();
    }
  });

  test("is looked at again when another one is put there", () => {
    const model = new Scaled(2);
    const isBuilt = (): boolean => "unfold.model" in decodeSafetensors(encodeModel(model, { layers })).metadata;
    const seen = [new ReLU(), new GELU(), new ReLU()].map((next) => {
      replaceModule(model, "act", next);
      return isBuilt();
    });
    expect(seen).toEqual([true, false, true]);
  });
});
