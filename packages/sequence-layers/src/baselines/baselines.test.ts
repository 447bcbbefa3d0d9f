import { gradcheck } from "@unfoldjs/autograd";
import { Adam, backward, crossEntropy, decodeModel, encodeModel, Linear, Module } from "@unfoldjs/nn";
import { Generator, memory, oneHot, scope, type Shape, ShapeError, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import type { GRU } from "../recurrent/gru.ts";
import { LSTM } from "../recurrent/lstm.ts";
import { RNN } from "../recurrent/rnn.ts";
import { gradientByDistance } from "./gradient-by-distance.ts";
import { WholeSentenceMLP } from "./whole-sentence-mlp.ts";
import { WindowedMLP } from "./windowed-mlp.ts";

const draw = (...shape: number[]): Tensor => new Generator(5).normal<Shape>(shape);
const apart = (a: Tensor, b: Tensor): number => a.sub(b).abs().max().item();
const lengths = tensor([4, 2], "i32");

describe.each([
  ["WindowedMLP", () => new WindowedMLP(3, 1, 8, 2, { generator: new Generator(1) })],
  ["WholeSentenceMLP", () => new WholeSentenceMLP(3, 6, 8, 2, { generator: new Generator(1) })],
] as const)("%s", (_, make) => {
  test("sees no padding, has the gradients of differences, is brought back by a file, and leaves nothing behind", () => {
    const before = memory().tensors;
    const model = make();
    scope(() => {
      const x = draw(2, 4, 3);
      const whole = model.forward(x, lengths);
      expect(whole.shape).toEqual([2, 4, 2]);
      const alone = model.forward(x.slice(0, 1).slice(1, 0, 2));
      expect(apart(whole.slice(0, 1).slice(1, 0, 2), alone)).toBeLessThan(1e-6);
      const { ok, report } = gradcheck((leaf: Tensor) => model.forward(leaf, lengths), x);
      expect(ok ? "" : report).toBe("");
      const same = decodeModel(encodeModel(model, { layers }), { layers }) as WindowedMLP;
      expect(same.forward(x, lengths).toArray()).toEqual(whole.toArray());
      same.dispose();
      expect(() => model.forward(x.slice(2, 1))).toThrow(ShapeError);
    });
    model.dispose();
    expect(memory().tensors).toBe(before);
  });
});

test("a window sees its reach to either side, and no further", () => {
  const model = new WindowedMLP(1, 2, 16, 1);
  scope(() => {
    const x = draw(1, 9, 1);
    const other = x.clone();
    other.assign(x.add(oneHot(tensor([4], "i32"), 9).reshape([1, 9, 1])));
    const moved = model.forward(other).sub(model.forward(x)).abs().data();
    expect([...moved].map((by) => by > 1e-6)).toEqual([false, false, true, true, true, true, true, false, false]);
  });
});

describe("why not a standard network", () => {
  /** Words 0 to 3 at random, and at each step whether the word is 2; the word 2 stands only at some positions. */
  function taught(positions: readonly number[]): { x: Tensor; labels: Tensor<Shape, "i32"> } {
    const numbers = new Generator(9).integers([200 * 8], 0, 4).data();
    const words = Int32Array.from(numbers, (word, at) => (word === 2 && !positions.includes(at % 8) ? 1 : word));
    const index = tensor([...words], "i32").reshape([200, 8]);
    return {
      x: oneHot<Shape, number>(index, 4),
      labels: tensor(
        [...words].map((word) => Number(word === 2)),
        "i32",
      ),
    };
  }

  /** The share of words 2 at position 7 that are found by a model which has seen them at positions 1 to 3 alone. */
  function foundAtSeven(model: Module & { forward(x: Tensor): Tensor }): number {
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    const { x, labels } = taught([1, 2, 3]);
    for (let step = 0; step < 80; step++) {
      backward(model, () => crossEntropy(model.forward(x).reshape([1600, 2]), labels));
      optimizer.step();
    }
    return scope(() => {
      const asked = taught([7]);
      const guesses = model.forward(asked.x).argmax(2).data();
      const places = [...asked.labels.data()].flatMap((label, at) => (label === 1 ? [at] : []));
      return places.filter((at) => guesses[at] === 1).length / places.length;
    });
  }

  class Tagger extends Module {
    readonly rnn = new RNN(4, 16, { batchFirst: true, generator: new Generator(1) });
    readonly head = new Linear(16, 2, { generator: new Generator(1) });
    override forward(x: Tensor): Tensor {
      return this.head.forward<Shape>(this.rnn.forward(x).output);
    }
  }
  const generator = new Generator(1);

  test("what is learned at position 3 is known at position 7 by weights that all steps share, and by no others", () => {
    expect(foundAtSeven(new Tagger())).toBeGreaterThan(0.9);
    expect(foundAtSeven(new WindowedMLP(4, 1, 16, 2, { generator }))).toBeGreaterThan(0.9);
    expect(foundAtSeven(new WholeSentenceMLP(4, 8, 16, 2, { generator }))).toBeLessThan(0.1);
  });

  test("a longer sentence is nothing new to shared weights; a standard network is made for one length, and larger for a longer", () => {
    const long = draw(2, 9, 4);
    expect(new Tagger().forward(long).shape).toEqual([2, 9, 2]);
    expect(new WindowedMLP(4, 1, 16, 2).forward(long).shape).toEqual([2, 9, 2]);
    expect(() => new WholeSentenceMLP(4, 8, 16, 2).forward(long)).toThrow(/weights for 8 steps/);
    // (8 · 4 + 1) · 16 + (16 + 1) · 8 · 2, and the same with 16 steps.
    expect(new WholeSentenceMLP(4, 8, 16, 2).parameterCount).toBe(800);
    expect(new WholeSentenceMLP(4, 16, 16, 2).parameterCount).toBe(1584);
  });
});

describe("gradientByDistance", () => {
  test("of a net at rest is the length of its weights' powers", () => {
    const rnn = new RNN(2, 3, { bias: false, batchFirst: true });
    // tanh′(0) = 1, so ∂h⟨T⟩/∂x⟨T−d⟩ = Wₕₕᵈ Wᵢₕ: computed here in f64.
    const [weightIh, weightHh] = [rnn.weightIhL0, rnn.weightHhL0].map((each) => each.toArray() as number[][]) as [
      number[][],
      number[][],
    ];
    let power = weightIh;
    const wanted = Array.from({ length: 6 }, () => {
      const length = Math.sqrt(power.flat().reduce((sum, value) => sum + value * value, 0));
      power = weightHh.map((row) =>
        [0, 1].map((column) => row.reduce((sum, value, k) => sum + value * (power[k]?.[column] ?? 0), 0)),
      );
      return length;
    });
    const x = tensor(Array.from({ length: 4 * 6 * 2 }, () => 0)).reshape([4, 6, 2]);
    const before = memory().tensors;
    const found = gradientByDistance((leaf) => rnn.forward(leaf).hLast.at(0), x, {
      probes: 500,
      generator: new Generator(4),
    });
    expect(memory().tensors).toBe(before);
    found.forEach((length, distance) => expect(length / (wanted[distance] ?? 0)).toBeCloseTo(1, 1));
  });

  test("vanishes in a plain net, explodes with large weights, and lasts in an LSTM that begins by keeping", () => {
    const x = new Generator(2).normal([4, 60, 8]);
    const generator = new Generator(7);
    const share = (layer: RNN | GRU | LSTM): number => {
      const found = gradientByDistance((leaf) => layer.forward(leaf).hLast.at(0), x, { generator });
      return (found[50] ?? 0) / (found[0] ?? 0);
    };
    const options = { batchFirst: true, generator } as const;
    const plain = new RNN(8, 16, options);
    expect(share(plain)).toBeLessThan(1e-6);
    const large = new RNN(8, 16, { ...options, nonlinearity: "relu" });
    large.weightHhL0.assign(large.weightHhL0.mul(4));
    expect(share(large)).toBeGreaterThan(1e3);
    const keeping = new LSTM(8, 16, { ...options, forgetBias: 4 });
    expect(share(keeping)).toBeGreaterThan(0.05);
    expect(share(keeping)).toBeLessThan(10);
  });

  test("what does not fit is refused", () => {
    const x = draw(2, 3, 4);
    expect(() => gradientByDistance((leaf) => leaf.sum(), x)).toThrow(/last must give \(batch, …\)/);
    expect(() => gradientByDistance((leaf) => leaf, x.at(0))).toThrow(ShapeError);
    expect(() => gradientByDistance((leaf) => leaf, x, { probes: 0 })).toThrow(/probes/);
  });
});
