import {
  decodeSafetensors,
  encodeSafetensors,
  FormatError,
  memory,
  type Tensor,
  tensor,
  ValueError,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { ReLU } from "../layers/activation.ts";
import { Embedding } from "../layers/embedding.ts";
import { Linear } from "../layers/linear.ts";
import { type Layer, Sequential } from "../layers/sequential.ts";
import type { Argument } from "../module/any-module.ts";
import { Buffer } from "../module/buffer.ts";
import { Module } from "../module/module.ts";
import { Adam } from "../optimise/adam.ts";
import { SGD } from "../optimise/sgd.ts";
import { backward } from "../train/backward.ts";
import { fit } from "../train/fit.ts";
import { decodeModel, encodeModel } from "./model-file.ts";

const x = tensor([
  [1, -2],
  [0.5, 3],
]) as Tensor;

/** Held twice by its constructor, as a language model ties its table to its last layer. */
class Tied extends Module {
  readonly embed = new Linear(2, 2, { bias: false });
  readonly head = new Linear(2, 2, { bias: false });
  constructor() {
    super();
    Object.assign(this.head, { weight: this.embed.weight });
  }
  override forward(input: Tensor): Tensor {
    return this.head.forward(this.embed.forward(input));
  }
  override config(): [] {
    return [];
  }
}

/** Two layers that may be made to share, but are not by the constructor. */
class Apart extends Tied {
  readonly places = { list: [new Buffer(zeros([2]))], map: new Map([["a", new Buffer(zeros([2]))]]) };
  constructor() {
    super();
    Object.assign(this.head, { weight: new Linear(2, 2).weight });
  }
}
const layers = { Tied, Apart };

function trained(model: Layer): number[] {
  const optimizer = new SGD(model.parameters(), { learningRate: 0.05 });
  const losses = Array.from({ length: 20 }, () => {
    const loss = backward(model, () => model.forward(x).sub(1).square().mean());
    optimizer.step();
    return loss;
  });
  return losses;
}

describe("a model that holds something twice", () => {
  test("holds it twice when it comes back from a file, and learns as it did", () => {
    const layer = new Linear(2, 2);
    const model = new Sequential(layer, new ReLU(), layer, new Sequential(layer));
    const built = decodeModel(encodeModel(model)) as Sequential;
    expect(built.at(0)).toBe(built.at(2));
    expect((built.at(3) as Sequential).at(0)).toBe(built.at(0));
    expect(built.parameterCount).toBe(6);
    expect(trained(built)).toEqual(trained(model));
    expect(encodeModel(built)).toEqual(encodeModel(model));
  });

  test("shares modules that are not whole layers of the list, in the order in which they were built", () => {
    class Wrap extends Module {
      readonly inner: Layer;
      readonly again: readonly Layer[];
      constructor(inner: Layer, { again = [] }: { again?: readonly Layer[] } = {}) {
        super();
        this.inner = inner;
        this.again = again;
      }
      override forward(input: Tensor): Tensor {
        return this.again.reduce((y, layer) => layer.forward(y), this.inner.forward(input));
      }
      override config(): readonly Argument[] {
        return [this.inner, { again: this.again }];
      }
    }
    const [a, b] = [new Linear(2, 2), new Linear(2, 2)];
    const first = new Wrap(b, { again: [a, b] });
    const model = new Sequential(a, first, new Wrap(first, { again: [a] }));
    const built = decodeModel(encodeModel(model, { layers: { Wrap } }), { layers: { Wrap } }) as Sequential;
    const [builtA, builtFirst, last] = built.layers as [Linear, Wrap, Wrap];
    expect(last.inner).toBe(builtFirst);
    expect([
      last.again[0] === builtA,
      builtFirst.again[0] === builtA,
      builtFirst.again[1] === builtFirst.inner,
    ]).toEqual([true, true, true]);
    expect(built.forward(x).toArray()).toEqual(model.forward(x).toArray());
  });

  test("is written once, with the other names in the metadata as PyTorch's save_model has them", () => {
    const { tensors, metadata } = decodeSafetensors(encodeModel(new Tied(), { layers }));
    expect([...tensors.keys()]).toEqual(["embed.weight"]);
    expect(metadata).toMatchObject({ "head.weight": "embed.weight" });
  });

  test("may have been tied by hand, after it was built: parameters and buffers, wherever they are", () => {
    const model = new Apart();
    Object.assign(model.head, { weight: model.embed.weight });
    const [buffer] = model.places.list;
    if (buffer !== undefined) model.places.map.set("a", buffer);
    const bytes = encodeModel(model, { layers });
    const leftBy = (make: () => Module): number => {
      const before = memory().bytes;
      make().dispose();
      return memory().bytes - before;
    };
    expect(leftBy(() => decodeModel(bytes, { layers }))).toBe(leftBy(() => new Apart())); // what its constructor leaves
    const built = decodeModel(bytes, { layers }) as Apart;
    expect(built.head.weight).toBe(built.embed.weight);
    expect(built.places.map.get("a")).toBe(built.places.list[0]);
    expect(trained(built)).toEqual(trained(model));
  });

  test("does not tie what is merely equal", () => {
    const model = new Apart();
    model.head.weight.assign(model.embed.weight);
    const built = decodeModel(encodeModel(model, { layers }), { layers }) as Apart;
    expect(built.head.weight).not.toBe(built.embed.weight);
  });

  test("is filled from a file of PyTorch's save_model, which has one of the names", () => {
    // safetensors.torch.save_model keeps the first name by alphabet and notes { dropped: kept }.
    const file = encodeSafetensors({ "embed.weight": x }, { "head.weight": "embed.weight", format: "pt" });
    const model = new Tied();
    expect(model.loadStateDict(decodeSafetensors(file).tensors)).toEqual({ missing: [], unexpected: [] });
    expect(model.head.weight.toArray()).toEqual(x.toArray());
    expect(() => new Apart().loadStateDict(decodeSafetensors(file).tensors)).toThrow(/missing +[^\n]*head\.weight/);
  });

  test("goes on from a checkpoint", async () => {
    const options = (model: Tied, epochs: number) => ({
      epochs,
      forward: (input: Tensor) => model.forward(input),
      loss: (y: Tensor) => y.sub(1).square().mean(),
      optimizer: new Adam(model.parameters(), { learningRate: 0.01 }),
    });
    const [whole, half] = [new Tied(), new Tied()];
    half.loadStateDict(whole.stateDict());
    const { history } = await fit(whole, [x], options(whole, 4));
    let bytes = new Uint8Array();
    await fit(half, [x], {
      ...options(half, 2),
      callbacks: [{ onEpochEnd: (run) => void (bytes = run.checkpoint({ layers }) as Uint8Array<ArrayBuffer>) }],
    });
    const later = new Tied();
    const resumed = await fit(later, [x], { ...options(later, 4), resume: bytes });
    expect(resumed.history.map(({ loss }) => loss)).toEqual(history.map(({ loss }) => loss));
    expect(later.head.weight).toBe(later.embed.weight);
    expect(later.head.weight.toArray()).toEqual(whole.head.weight.toArray());
  });

  test("refuses a text under the name of a tensor, a file that ties what cannot be one, and a module in its own config", () => {
    expect(() => encodeModel(new Tied(), { layers, metadata: { "head.weight": "mine" } })).toThrow(/name is taken/);
    const description = '{"$module":"Sequential","arguments":[{"$module":"Linear","arguments":[2,3]}]}';
    const wrong = encodeSafetensors(
      { "0.weight": zeros([3, 2]) },
      { "unfold.model": description, "0.bias": "0.weight" },
    );
    expect(() => decodeModel(wrong)).toThrow(FormatError);
    expect(() => decodeModel(wrong)).toThrow(/two tensors are one, which they cannot be/);
    const same = encodeSafetensors({}, { "unfold.model": '{"$module":"Sequential","arguments":[{"$same":0}]}' });
    expect(() => decodeModel(same)).toThrow(/built before, and there is none/);
    class Loop extends Tied {
      override config(): never {
        return [this] as never;
      }
    }
    expect(() => encodeModel(new Loop(), { layers: { Loop } })).toThrow(/contains the module itself/);
  });
});

describe("a model without anything to write", () => {
  class Hidden extends Module {
    readonly #layer = new Linear(2, 2);
    override forward(input: Tensor): Tensor {
      return this.#layer.forward(input);
    }
  }
  test("is refused, if it does not say how it is built", () => {
    expect(() => encodeModel(new Hidden())).toThrow(ValueError);
    expect(() => encodeModel(new Hidden())).toThrow(/the file would be empty/);
    expect(() => encodeModel(new ReLU())).not.toThrow();
  });
});

describe("a file in half precision", () => {
  test("is asked for by dtype, half as large, and comes back as f32", () => {
    const model = new Sequential(new Linear(100, 100), new ReLU());
    const [whole, half] = [encodeModel(model), encodeModel(model, { dtype: "bf16" })];
    expect(half.length).toBeLessThan(whole.length * 0.52);
    expect(decodeSafetensors(half).tensors.get("0.weight")?.storedAs).toBe("BF16");
    const built = decodeModel(half) as Sequential;
    expect(built.parameters().map(({ dtype }) => dtype)).toEqual(["f32", "f32"]);
    const [before, after] = [model, built].map((each) => (each.at(0) as Linear).weight.to("bf16").toArray());
    expect(after).toEqual(before);
    expect(decodeSafetensors(encodeModel(model, { dtype: "f16" })).tensors.get("0.bias")?.storedAs).toBe("F16");
  });

  test("holds whole numbers as they are, and refuses numbers that would become infinite", () => {
    class Counted extends Module {
      readonly count = new Buffer(tensor([100_000], "i32"));
      readonly scale = new Buffer(tensor([1, Infinity, 65_519]));
      override forward(input: Tensor): Tensor {
        return input;
      }
    }
    const model = new Counted();
    expect(
      decodeSafetensors(encodeModel(model, { dtype: "f16" }))
        .tensors.get("count")
        ?.data(),
    ).toEqual(Int32Array.of(100_000));
    model.scale.assign(tensor([1, Infinity, 70_000]));
    expect(() => encodeModel(model, { dtype: "f16" })).toThrow(
      /become infinite[\s\S]*tensor +scale[\s\S]*position +2[\s\S]*bf16/,
    );
    expect(() => encodeModel(model, { dtype: "bf16" })).not.toThrow();
  });

  test("is not had by an option that there is not", () => {
    const model = new Linear(1, 1);
    expect(() => encodeModel(model, { dtype: "i8" } as never)).toThrow(/stored as one of f32, f16, bf16/);
    expect(() => encodeModel(model, { type: "f16" } as never)).toThrow(/there is no type/);
    expect(() => decodeModel(encodeModel(model), { strict: false } as never)).toThrow(/there is no/);
  });
});

test("Embedding and Linear share a table under their own names", () => {
  class Language extends Module {
    readonly embed = new Embedding(5, 3);
    readonly head = new Linear(3, 5, { bias: false });
    constructor() {
      super();
      Object.assign(this.head, { weight: this.embed.weight });
    }
    override forward(words: Tensor<readonly number[], "i32">): Tensor {
      return this.head.forward(this.embed.forward(words));
    }
  }
  const bytes = encodeModel(new Language());
  expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(["embed.weight"]);
  const other = new Language();
  other.loadStateDict(decodeSafetensors(bytes).tensors);
  expect(encodeModel(other)).toEqual(bytes);
});
