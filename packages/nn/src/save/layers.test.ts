import { FormatError, memory, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import * as nn from "../index.ts";
import { Linear } from "../layers/linear.ts";
import { type Layer, Sequential } from "../layers/sequential.ts";
import type { Argument } from "../module/any-module.ts";
import { Module } from "../module/module.ts";
import { knownLayers, type ModuleClass } from "./layers.ts";
import { decodeModel, encodeModel } from "./model-file.ts";

class Scaled extends Module {
  readonly inner: Layer;
  readonly scale: number;
  constructor(inner: Layer, { scale = 1 }: { scale?: number } = {}) {
    super();
    this.inner = inner;
    this.scale = scale;
  }
  override forward(input: Tensor): Tensor {
    return this.inner.forward(input).mul(this.scale);
  }
  override config(): readonly Argument[] {
    return [this.inner, { scale: this.scale }];
  }
}

/** A class as a bundler leaves it that shortens names: what `constructor.name` says is not what was written. */
function shortened(layer: ModuleClass): ModuleClass {
  const Short = class extends (layer as new (...given: unknown[]) => Linear) {};
  Object.defineProperty(Short, "name", { value: "t" });
  return Short;
}

const x = tensor([[1, -2]]) as Tensor;

describe("layers of one's own", () => {
  test("are saved and loaded by the same record, nested in others and with others in them", () => {
    const model = new Sequential(new Scaled(new Scaled(new Linear(2, 2), { scale: 3 })), new Linear(2, 1));
    const bytes = encodeModel(model, { layers: { Scaled } });
    const built = decodeModel(bytes, { layers: { Scaled } }) as Sequential;
    expect(String(built)).toBe(String(model));
    expect(built.at(0)).toBeInstanceOf(Scaled);
    expect(built.forward(x).toArray()).toEqual(model.forward(x).toArray());
    expect(encodeModel(built, { layers: { Scaled } })).toEqual(bytes);
  });

  test("are refused where no record has them, when the file is written", () => {
    expect(() => encodeModel(new Sequential(new Scaled(new Linear(1, 1))))).toThrow(ValueError);
    expect(() => encodeModel(new Scaled(new Linear(1, 1)))).toThrow(
      /class +Scaled[\s\S]*pass \{ layers: \{ Scaled \} \} here and to load/,
    );
    class Wider extends Linear {}
    expect(() => encodeModel(new Wider(1, 1))).toThrow(/class +Wider/); // and not as the Linear that it inherits from
  });

  test("are refused where no record has them, when it is read, and nothing is left behind", () => {
    const bytes = encodeModel(new Scaled(new Linear(1, 1)), { layers: { Scaled } });
    const before = memory();
    expect(() => decodeModel(bytes)).toThrow(FormatError);
    expect(() => decodeModel(bytes)).toThrow(/class +Scaled[\s\S]*load\(file, \{ layers: \{ Scaled \} \}\)/);
    expect(memory().bytes).toBe(before.bytes);
  });

  test("are refused as a fault of the file where it gives them arguments that they do not take", () => {
    const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
    const good = text(encodeModel(new Sequential(new Linear(12, 1))));
    const bad = Uint8Array.from(good.replace("[12,1", "[-2,1"), (letter) => letter.charCodeAt(0));
    expect(text(bad)).not.toBe(good);
    const before = memory();
    expect(() => decodeModel(bad)).toThrow(FormatError);
    expect(() => decodeModel(bad)).toThrow(/class +Linear[\s\S]*refused +Linear/);
    expect(memory()).toEqual(before);
  });

  test("have the names of the record, also where a bundler has shortened those of classes", () => {
    const Short = shortened(Scaled);
    const Other = shortened(Scaled);
    expect([Short.name, Other.name]).toEqual(["t", "t"]);
    const model = Reflect.construct(Short, [new Linear(2, 2), { scale: 2 }]) as Layer;
    const bytes = encodeModel(model, { layers: { Other, Scaled: Short } });
    expect(new TextDecoder().decode(bytes)).toContain('\\"$module\\":\\"Scaled\\"');
    const built = decodeModel(bytes, { layers: { Scaled } }) as Layer;
    expect(built).toBeInstanceOf(Scaled);
    expect(built.forward(x).toArray()).toEqual(model.forward(x).toArray());
    expect(() => encodeModel(model)).toThrow(/no record of layers has this class/);
  });

  test("that do not say how they are built need no record, and are filled by hand", () => {
    class Quiet extends Module {
      readonly layer = new Linear(2, 1);
      override forward(input: Tensor): Tensor {
        return this.layer.forward(input);
      }
    }
    const bytes = encodeModel(new Sequential(new Quiet()));
    expect(() => decodeModel(bytes)).toThrow(/does not say how to build its model/);
  });

  test("have keys that are not this package's, and are classes", () => {
    const model = new Linear(1, 1);
    expect(() => encodeModel(model, { layers: { Linear: Scaled } })).toThrow(/name +Linear/);
    expect(() => decodeModel(encodeModel(model), { layers: { Linear: Scaled } })).toThrow(ValueError);
    expect(() => encodeModel(model, { layers: { Linear } })).not.toThrow();
    expect(() => encodeModel(model, { layers: { model } as never })).toThrow(/came +object/);
  });

  test("with a name that every object has are found in the record or not at all", () => {
    class toString extends Scaled {}
    const bytes = encodeModel(new toString(new Linear(1, 1)), { layers: { toString } });
    expect(() => decodeModel(bytes)).toThrow(/class +toString/);
    expect(decodeModel(bytes, { layers: { toString } })).toBeInstanceOf(toString);
  });
});

test("every layer and loss that this package exports is known without a record", () => {
  const known = new Set(knownLayers("test", {}).values());
  const exported = Object.entries(nn).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof Module,
  );
  expect(exported.length).toBeGreaterThan(10);
  expect(exported.filter(([, value]) => !known.has(value as ModuleClass)).map(([name]) => name)).toEqual([]);
});

test("the names of layers are said in their classes, and not left to what a bundler calls these", () => {
  for (const [name, layer] of knownLayers("test", {})) {
    // A name that comes from the class's own is not enumerable, a static field is.
    expect(Object.getOwnPropertyDescriptor(layer, "name")).toMatchObject({ value: name, enumerable: true });
  }
  class Wider extends Linear {}
  expect(String(new Wider(1, 1))).toBe("Wider(1, 1)");
  class Short extends Linear {
    static override readonly name: string = "WithItsOwnName";
  }
  expect(String(new Sequential(new Short(1, 1)))).toContain("(0): WithItsOwnName(1, 1)");
  expect(new Short(1, 1).summary([1, 1]).rows[0]?.class).toBe("WithItsOwnName");
});
