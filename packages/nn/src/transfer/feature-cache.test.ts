import {
  DisposedError,
  type DType,
  fromArray,
  Generator,
  indexSelect,
  memory,
  scope,
  type Shape,
  type Tensor,
  tensor,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { batches } from "../data/batches.ts";
import { manualSeed } from "../initialise/default-generator.ts";
import { Dropout } from "../layers/dropout.ts";
import { Linear } from "../layers/linear.ts";
import { ReLU } from "../layers/activation.ts";
import { Sequential } from "../layers/sequential.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { Module } from "../module/module.ts";
import { Adam } from "../optimise/adam.ts";
import { backward } from "../train/backward.ts";
import { fit } from "../train/fit.ts";
import { FeatureCache, type FeatureCacheOptions } from "./feature-cache.ts";
import { featuresBefore } from "./features-before.ts";

/** A trunk, and how many examples its forward has seen. */
function setUp(options: FeatureCacheOptions = {}): { trunk: Sequential; cache: FeatureCache; seen(): number } {
  manualSeed(1);
  const trunk = new Sequential(new Linear(6, 5), new ReLU(), new Dropout(0.5), new Linear(5, 4));
  let count = 0;
  trunk.onForward(({ inputs: [x] }) => void (count += (x as Tensor).shape[0] ?? 0));
  return { trunk, cache: new FeatureCache(trunk, options), seen: () => count };
}

const examples = new Generator(2).normal([8, 6]) as Tensor;
const rows = (...places: number[]): Tensor =>
  indexSelect<Shape, "f32", 0, Shape>(examples, 0, fromArray(Int32Array.from(places)));
/** What the trunk gives in use. */
const direct = (trunk: Sequential, x: Tensor): number[] => {
  trunk.eval();
  const features = [...trunk.forward(x).data()];
  trunk.train();
  return features;
};

describe("FeatureCache", () => {
  test("runs the model on each example once, in whatever order and batch it comes", () => {
    const { trunk, cache, seen } = setUp();
    const expected = direct(trunk, examples);
    const before = seen();
    expect([...cache.of(examples).data()]).toEqual(expected);
    expect(seen() - before).toBe(8);
    const mixed = cache.of(rows(5, 0, 5)).data();
    expect([...mixed]).toEqual([...expected.slice(20, 24), ...expected.slice(0, 4), ...expected.slice(20, 24)]);
    expect([seen() - before, cache.entries, cache.hits, cache.misses]).toEqual([8, 8, 3, 8]);
  });

  test("computes of a batch only what it does not have", () => {
    const { trunk, cache, seen } = setUp();
    const expected = direct(trunk, examples);
    cache.of(rows(1, 3));
    const before = seen();
    const features = cache.of(rows(0, 1, 2, 3)).data();
    expect(seen() - before).toBe(2);
    expect([...features].map((value, at) => Math.abs(value - (expected[at] ?? 0)) < 1e-6)).not.toContain(false);
  });

  test("does not take changed data for what it has", () => {
    const { cache, seen } = setUp();
    cache.of(examples);
    const flat = examples.data();
    flat[7] = (flat[7] ?? 0) + 1e-6; // of the second example
    cache.of(fromArray(flat, [8, 6]) as Tensor);
    expect(seen()).toBe(9);
    const [zero, minus] = [tensor([[0, 0, 0, 0, 0, 0]]), tensor([[-0, 0, 0, 0, 0, 0]])];
    cache.of(zero);
    cache.of(minus);
    expect(seen()).toBe(11);
  });

  test.each([
    [
      "a step of an optimiser",
      ({ trunk }: ReturnType<typeof setUp>) => {
        const optimizer = new Adam(trunk.parameters());
        backward(trunk, () => trunk.forward(examples).square().sum());
        optimizer.step();
      },
    ],
    [
      "an assignment",
      ({ trunk }: ReturnType<typeof setUp>) => {
        const bias = (trunk.at(3) as Linear).bias;
        bias?.assign(bias.add(1));
      },
    ],
    ["a state dict", ({ trunk }: ReturnType<typeof setUp>) => void trunk.loadStateDict(setUp().trunk.stateDict())],
    [
      "another layer",
      ({ trunk }: ReturnType<typeof setUp>) => void Object.assign(trunk.layers, { 3: new Linear(5, 4) }),
    ],
  ])("forgets all after %s", (_, change) => {
    const made = setUp();
    made.cache.of(examples);
    change(made);
    const expected = direct(made.trunk, examples);
    const before = made.seen();
    expect([...made.cache.of(examples).data()]).toEqual(expected);
    expect(made.seen() - before).toBe(8);
  });

  test("watches all weights but those of the exception", () => {
    class Net extends Module {
      readonly trunk = new Linear(6, 4);
      readonly head = new Linear(4, 2);
      override forward(x: Tensor): Tensor {
        return this.head.forward(this.trunk.forward(x));
      }
    }
    const net = new Net();
    let count = 0;
    net.trunk.onForward(() => void count++);
    const cache = new FeatureCache(net, { forward: (x) => featuresBefore(net, net.head, x), except: net.head });
    cache.of(examples);
    net.head.weight.assign(net.head.weight.mul(2));
    expect([...cache.of(examples).data()]).toEqual([...net.trunk.forward(examples).data()]);
    expect(count).toBe(2); // the cache's, and the one above
    net.trunk.weight.assign(net.trunk.weight.mul(2));
    cache.of(examples);
    expect(count).toBe(3);
  });

  test("stays within its memory, and keeps what it has when that is used up", () => {
    const { cache, seen } = setUp({ maxBytes: 5 * (4 * 4 + 40) + 7 });
    for (let epoch = 0; epoch < 3; epoch++) cache.of(examples);
    expect(cache.entries).toBe(5);
    expect(cache.bytes).toBeLessThanOrEqual(5 * 56 + 7);
    expect(seen()).toBe(8 + 3 + 3);
    const none = setUp({ maxBytes: 0 });
    none.cache.of(examples);
    none.cache.of(examples);
    expect([none.seen(), none.cache.bytes]).toEqual([16, 0]);
  });

  test("stores halves, and gives the same numbers from the first time on", () => {
    const { trunk, cache } = setUp({ dtype: "f16" });
    const expected = direct(trunk, examples);
    const [first, later] = [cache.of(examples).data(), cache.of(examples).data()];
    expect([...later]).toEqual([...first]);
    expect([...first]).toEqual([...fromArray(Float32Array.from(expected), [8, 4]).to("f16").data()]);
    expect([...first]).not.toEqual(expected);
    expect(cache.bytes).toBe(8 * (4 * 2 + 40));
  });

  test("keeps features of another shape apart, and takes bytes and maps", () => {
    const maps = new FeatureCache(new Sequential(), { forward: (x) => x.to("f32").mul<Shape>(2) });
    const bytes = (length: number): Tensor<readonly number[], "u8"> =>
      fromArray(
        Uint8Array.from({ length }, (_, at) => at),
        [2, length / 2],
      );
    expect(maps.of(bytes(6)).toArray()).toEqual([
      [0, 2, 4],
      [6, 8, 10],
    ]);
    expect(maps.of(bytes(8)).shape).toEqual([2, 4]);
    expect(maps.of(bytes(6)).toArray()).toEqual([
      [0, 2, 4],
      [6, 8, 10],
    ]);
    expect([maps.hits, maps.misses]).toEqual([0, 6]);
  });

  test("keeps numbers of equal bits and other types apart", () => {
    const cache = new FeatureCache(new Sequential(), { forward: (x) => x.to("f32").mul<Shape>(2) });
    const given = [
      fromArray(Uint16Array.from([1, 1]), [1, 2], "f16"),
      fromArray(Int32Array.from([1, 1]), [1, 2]),
      fromArray(Uint8Array.from([1, 1]), [1, 2]),
    ];
    expect(
      given.map((x) =>
        cache
          .of(x as Tensor<Shape, DType>)
          .at(0, 0)
          .item(),
      ),
    ).toEqual([2 ** -23, 2, 2]);
  });

  test("leaves modes as they are, is a constant to gradients, and leaves nothing behind", () => {
    const { trunk, cache } = setUp();
    const held = () => [memory().tensors, memory().storages, memory().bytes];
    const before = held();
    scope(() => {
      cache.of(examples);
      cache.of(examples);
      backward([...trunk.parameters()], () => cache.of(examples).sum());
    });
    expect(trunk.parameters().map(({ grad }) => grad)).toEqual([undefined, undefined, undefined, undefined]);
    expect(trunk.namedModules().every(([, { training }]) => training)).toBe(true);
    expect(held()).toEqual(before);
  });

  test("trains a head in fit with one forward of each example, and in the same bits as without it", async () => {
    const run = async (isCached: boolean): Promise<{ head: Linear; seen: number }> => {
      const { trunk, cache, seen } = setUp();
      trunk.eval();
      const head = new Linear(4, 2, { generator: new Generator(4) });
      const data = Array.from({ length: 8 }, (_, at) => ({ x: rows(at).reshape([6]), y: at % 2 }));
      await fit(head, batches(data, 8, { shuffle: 3 }), {
        epochs: 6,
        optimizer: new Adam(head.parameters()),
        forward: ({ x }) => head.forward(isCached ? cache.of(x) : trunk.freeze().forward(x as Tensor)),
        loss: (logits, { y }) => crossEntropy(logits, y.to("i32") as never),
      });
      return { head, seen: seen() };
    };
    const [cached, plain] = [await run(true), await run(false)];
    expect([cached.seen, plain.seen]).toEqual([8, 48]);
    expect([...cached.head.weight.data()]).toEqual([...plain.head.weight.data()]);
  });

  test("does not answer for a model that was disposed of, not even what it remembers", () => {
    const { trunk, cache } = setUp();
    cache.of(examples).dispose();
    trunk.dispose();
    expect(() => cache.of(examples)).toThrow(DisposedError);
    expect(() => cache.of(examples)).toThrow(/^FeatureCache\.of: /);
  });

  test("says what is wrong", () => {
    const { cache } = setUp();
    expect(() => cache.of(tensor(1) as never)).toThrow(/must be a batch/);
    expect(() => new FeatureCache(new Sequential(), { forward: (x) => x.sum() }).of(examples)).toThrow(
      /an f32 row for each example/,
    );
    expect(() => new FeatureCache(new Sequential(), { dtype: "bf16" as never })).toThrow(/"f32" or "f16"/);
  });
});

describe("featuresBefore", () => {
  test("gives what a part is given, in use and without a gradient", () => {
    const { trunk } = setUp();
    const last = trunk.at(3) as Linear;
    trunk.eval();
    const expected = [...(trunk.at(0) as Linear).forward(examples).relu().data()];
    trunk.train();
    const before = memory().tensors;
    const features = featuresBefore(trunk, last, examples);
    expect([...features.data()]).toEqual(expected);
    features.dispose();
    expect(memory().tensors).toBe(before);
  });

  test("refuses a part that is none, or is not run", () => {
    const { trunk } = setUp();
    expect(() => featuresBefore(trunk, new Linear(2, 2), examples)).toThrow(/no module of this model/);
    class Idle extends Module {
      readonly spare = new Linear(2, 2);
      override forward(x: Tensor): Tensor {
        return x.mul<Shape>(1);
      }
    }
    const idle = new Idle();
    expect(() => featuresBefore(idle, idle.spare, examples)).toThrow(/does not run this part/);
  });
});
