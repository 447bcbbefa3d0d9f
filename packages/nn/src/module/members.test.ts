import { ones, type Tensor, tensor, ValueError, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Buffer } from "./buffer.ts";
import { Module } from "./module.ts";
import { Parameter } from "./parameter.ts";
import { stateKey } from "./state-key.ts";

/** Holds something in a field. */
class Holder<Held> extends Module {
  readonly heldHere: Held;
  constructor(held: Held) {
    super();
    this.heldHere = held;
  }
  override forward(x: Tensor): Tensor {
    return x;
  }
}

const pathsIn = (held: unknown): string[] => new Holder(held).namedParameters().map(([path]) => path);
const keysOf = (held: unknown): string[] => Object.keys(new Holder(held).stateDict());

describe("members in plain records, Maps and arrays", () => {
  test("are named as PyTorch's ModuleDict and ModuleList name them", () => {
    const heads = { left: new Linear(1, 1), right: new Linear(1, 1, { bias: false }) };
    expect(pathsIn(heads)).toEqual(["heldHere.left.weight", "heldHere.left.bias", "heldHere.right.weight"]);
    expect(pathsIn(new Map(Object.entries(heads)))).toEqual(pathsIn(heads));
    expect(
      pathsIn({ stages: [{ conv: heads.right }, { conv: heads.right, rest: new Map([["a", heads.left]]) }] }),
    ).toEqual(["heldHere.stages.0.conv.weight", "heldHere.stages.1.rest.a.weight", "heldHere.stages.1.rest.a.bias"]);
    expect(pathsIn([[heads.right], [undefined, heads.left]])).toEqual([
      "heldHere.0.0.weight",
      "heldHere.1.1.weight",
      "heldHere.1.1.bias",
    ]);
    expect(pathsIn(Object.assign(Object.create(null), heads))).toEqual(pathsIn(heads));
  });

  test("have keys that are data: a state dict leaves them as they are, and only fields become snake case", () => {
    expect(keysOf({ leftEye: new Linear(1, 1, { bias: false }) })).toEqual(["held_here.leftEye.weight"]);
    expect(keysOf(new Map([["Mixed_5b", new Holder(new Parameter(ones([1])))]]))).toEqual([
      "held_here.Mixed_5b.held_here",
    ]);
  });

  test("may be parameters and buffers", () => {
    const held = { scale: new Parameter(ones([2])), running: new Map([["mean", new Buffer(zeros([2]))]]) };
    const holder = new Holder(held);
    expect(keysOf(held)).toEqual(["held_here.scale", "held_here.running.mean"]);
    expect(holder.namedBuffers().map(([path]) => path)).toEqual(["heldHere.running.mean"]);
    holder.loadStateDict({ "held_here.scale": tensor([3, 4]), "held_here.running.mean": tensor([5, 6]) });
    expect([held.scale.toArray(), held.running.get("mean")?.toArray()]).toEqual([
      [3, 4],
      [5, 6],
    ]);
  });

  test("are trained, frozen, counted and printed with their module", () => {
    const holder = new Holder(new Map([["a", new Linear(2, 2)]])).eval().freeze(1);
    const inner = holder.heldHere.get("a");
    expect([inner?.training, inner?.weight.frozen, holder.parameterCount]).toEqual([false, true, 6]);
    expect(String(holder)).toBe("Holder(\n  (heldHere.a): Linear(2, 2)\n)");
  });

  test("are not looked for in objects of classes, sets and private fields", () => {
    class Vocabulary {
      readonly layer = new Linear(1, 1);
    }
    class Private extends Module {
      readonly #layer = new Linear(1, 1);
      override forward(x: Tensor): Tensor {
        return this.#layer.forward(x);
      }
    }
    expect(pathsIn(new Vocabulary())).toEqual([]);
    expect(pathsIn(new Set([new Linear(1, 1)]))).toEqual([]);
    expect(new Private().parameters()).toEqual([]);
  });

  test("must not be in a record, an array or a Map that contains itself", () => {
    const record: Record<string, unknown> = { layer: new Linear(1, 1) };
    record["again"] = { record };
    expect(() => pathsIn(record)).toThrow(/contains itself[\s\S]*path +heldHere\.again\.record/);
    const list: unknown[] = [];
    list.push(list);
    expect(() => pathsIn(list)).toThrow(ValueError);
    const map = new Map<string, unknown>();
    map.set("self", map);
    expect(() => pathsIn(map)).toThrow(ValueError);
  });

  test("come under both paths where one record is in two places", () => {
    const shared = { layer: new Linear(1, 1, { bias: false }) };
    expect(keysOf({ a: shared, b: shared })).toEqual(["held_here.a.layer.weight", "held_here.b.layer.weight"]);
    expect(pathsIn({ a: shared, b: shared })).toEqual(["heldHere.a.layer.weight"]);
  });

  test.each([
    ["a number as a key", new Map<unknown, unknown>([[3, new Linear(1, 1)]])],
    ["an object as a key", new Map<unknown, unknown>([[{}, [new Linear(1, 1)]]])],
    ["a dot in a key", { "a.b": new Linear(1, 1) }],
    ["an empty key", { "": new Linear(1, 1) }],
  ])("are refused with %s", (_, held) => {
    expect(() => pathsIn(held)).toThrow(/keys of records and Maps that hold layers[\s\S]*path +heldHere/);
  });

  test("are found in any nest: records in lists in lists, Maps in Maps", () => {
    const leaf = (): Linear => new Linear(1, 1, { bias: false });
    expect(pathsIn([[{ a: leaf() }], [{ a: [leaf()] }]])).toEqual(["heldHere.0.0.a.weight", "heldHere.1.0.a.0.weight"]);
    expect(pathsIn(new Map([["a", new Map([["b", { c: leaf() }]])]]))).toEqual(["heldHere.a.b.c.weight"]);
  });

  test("have one name each: a field with a dot would have that of another's member", () => {
    const holder = new Holder({ left: new Linear(1, 1) });
    Object.assign(holder, { "heldHere.left": new Linear(1, 1) });
    expect(() => holder.parameters()).toThrow(/without a dot[\s\S]*"heldHere\.left"/);
    expect(() => keysOf({ innerLayer: new Parameter(ones([1])) })).not.toThrow();
    const clash = Object.assign(new Holder(new Linear(1, 1)), { held_here: new Linear(1, 1) });
    expect(() => clash.stateDict()).toThrow(/two members have this key[\s\S]*|key +held_here\.weight/);
  });

  test("do not make tables of plain data an error, whatever their keys are", () => {
    const counts = new Map<unknown, unknown>([
      [3, "three"],
      [{}, { any: "thing" }],
    ]);
    expect(pathsIn({ counts, "a.b": [1, 2], words: ["x"], layer: new Linear(1, 1, { bias: false }) })).toEqual([
      "heldHere.layer.weight",
    ]);
  });
});

describe("keys in a state dict", () => {
  test("are PyTorch's snake case; a field that begins with a capital keeps its name", () => {
    class Stem extends Module {
      readonly Conv2d_1a_3x3 = new Linear(1, 1, { bias: false });
      readonly LayerNorm = new Parameter(ones([1]));
      readonly inProjWeight = new Parameter(ones([1]));
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    expect(Object.keys(new Stem().stateDict())).toEqual(["LayerNorm", "in_proj_weight", "Conv2d_1a_3x3.weight"]);
    expect(stateKey("encoder.LayerNorm.weightIh")).toBe("encoder.LayerNorm.weight_ih");
  });

  test("are what stateKeys says, in files and back too", () => {
    class Block extends Module {
      readonly layerNorm = new Linear(1, 1, { bias: false });
      readonly heads = [new Parameter(ones([1]))];
      readonly inProj = new Parameter(ones([1]));
      readonly in_proj = new Parameter(ones([1]));
      override forward(x: Tensor): Tensor {
        return x;
      }
      override stateKeys(): Record<string, string> {
        return { layerNorm: "LayerNorm", heads: "multi.headS", inProj: "inProj" };
      }
    }
    const block = new Block();
    expect(Object.keys(block.stateDict())).toEqual(["multi.headS.0", "inProj", "in_proj", "LayerNorm.weight"]);
    block.loadStateDict({ ...block.stateDict(), "LayerNorm.weight": tensor([[7]]) });
    expect(block.layerNorm.weight.item()).toBe(7);
    expect(block.namedParameters().map(([path]) => path)).toContain("layerNorm.weight");
    expect(Object.keys(new Holder(block).stateDict())).toContain("held_here.LayerNorm.weight");
  });

  test("must be those of fields", () => {
    class Wrong extends Holder<Linear> {
      override stateKeys(): Record<string, string> {
        return { heldHear: "Held" };
      }
    }
    expect(() => new Wrong(new Linear(1, 1)).stateDict()).toThrow(/no field of this name[\s\S]*heldHear/);
  });

  test("are hinted at where a dict's names differ in their case alone", () => {
    const holder = new Holder(new Linear(1, 1, { bias: false }));
    expect(() => holder.loadStateDict({ "HeldHere.weight": tensor([[1]]) })).toThrow(
      /"HeldHere\.weight" for "held_here\.weight"[\s\S]*stateKeys/,
    );
  });
});
