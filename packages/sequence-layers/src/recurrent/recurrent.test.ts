import { gradcheck, noGrad } from "@unfoldjs/autograd";
import { Adam, backward, decodeModel, encodeModel, type Module, Sequential } from "@unfoldjs/nn";
import {
  concat,
  eye,
  full,
  Generator,
  IndexError,
  memory,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  tensor,
  ValueError,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { GRUCell, LSTMCell, RNNCell } from "./cells.ts";
import { GRU, type GRUOptions } from "./gru.ts";
import { LSTM, type LSTMOptions } from "./lstm.ts";
import type { RecurrentOptions } from "./options.ts";
import { RNN, type RNNOptions } from "./rnn.ts";

type Made = RNN | GRU | LSTM;
type Results = Readonly<Record<"output" | "hLast", Tensor>> & { readonly cLast?: Tensor };

/** Layers of 3 inputs and 4 units, by the options that all of them have. */
const kinds: readonly (readonly [string, (options?: RecurrentOptions) => Made])[] = [
  ["RNN", (options: RNNOptions = {}) => new RNN(3, 4, options)],
  ["GRU", (options: GRUOptions = {}) => new GRU(3, 4, options)],
  ["GRU that resets before", (options: GRUOptions = {}) => new GRU(3, 4, { ...options, resetAfter: false })],
  ["LSTM", (options: LSTMOptions = {}) => new LSTM(3, 4, options)],
  ["LSTM that is projected", (options: LSTMOptions = {}) => new LSTM(3, 4, { ...options, projSize: 2 })],
];
const draw = (...shape: number[]): Tensor => new Generator(5).normal<Shape>(shape);
/** Largest difference; 0 of nothing. */
const apart = (a: Tensor, b: Tensor): number => (a.size === 0 ? 0 : a.sub(b).abs().max().item());
const run = (layer: Made, x: Tensor, inputs = {}): Results => layer.forward(x, inputs);

describe.each(kinds)("%s", (_, make) => {
  const deep = { numLayers: 2, bidirectional: true, generator: new Generator(1) };

  test("a batch is its sequences one by one, whatever the padding holds", () => {
    const layer = make(deep);
    scope(() => {
      const lengths = [5, 1, 3, 0];
      const x = draw(5, 4, 3);
      const dirty = x.clone();
      const padding = lengths.map((length) => concat([zeros([length, 1, 3]), full([5 - length, 1, 3], Number.NaN)]));
      const spoiled = concat(
        padding.map((of, item) => of.add(dirty.slice(1, item, item + 1))),
        1,
      );
      for (const given of [x, spoiled]) {
        const { output, hLast, cLast } = run(layer, given, { lengths: tensor(lengths, "i32") });
        lengths.forEach((length, item) => {
          const alone = run(
            layer,
            x
              .slice(1, item, item + 1)
              .slice(0, 0, length)
              .squeeze(1),
          );
          const own = output.slice(1, item, item + 1).squeeze(1);
          expect(apart(own.slice(0, 0, length), alone.output)).toBeLessThan(1e-6);
          expect(
            own
              .slice(0, length)
              .data()
              .every((value) => value === 0),
          ).toBe(true);
          for (const [last, wanted] of [
            [hLast, alone.hLast],
            [cLast ?? hLast, alone.cLast ?? alone.hLast],
          ] as const) {
            expect(apart(last.slice(1, item, item + 1).squeeze(1), wanted)).toBeLessThan(1e-6);
          }
        });
      }
    });
    layer.dispose();
  });

  test("sequences in another order give results in that order", () => {
    const layer = make(deep);
    scope(() => {
      const [x, lengths, order] = [draw(5, 4, 3), tensor([5, 2, 4, 1], "i32"), [2, 0, 3, 1]];
      const straight = run(layer, x, { lengths });
      const mixed = run(layer, x.at(":", order), { lengths: lengths.at(order) });
      expect(apart(mixed.output, straight.output.at(":", order))).toBeLessThan(1e-6);
      expect(apart(mixed.hLast, straight.hLast.at(":", order))).toBeLessThan(1e-6);
    });
    layer.dispose();
  });

  test("batch first is the same with axes swapped", () => {
    const [layer, swapped] = [make(deep), make({ ...deep, batchFirst: true })];
    swapped.loadStateDict(layer.stateDict());
    scope(() => {
      const [x, lengths] = [draw(5, 4, 3), tensor([5, 2, 4, 1], "i32")];
      const [straight, other] = [run(layer, x, { lengths }), run(swapped, x.permute(1, 0, 2), { lengths })];
      expect(other.output.permute(1, 0, 2).toArray()).toEqual(straight.output.toArray());
      expect(other.hLast.toArray()).toEqual(straight.hLast.toArray());
    });
    for (const each of [layer, swapped]) each.dispose();
  });

  test("step by step it gives what forward gives, and goes on where forward ended", () => {
    const layer = make({ numLayers: 2, learnInitialState: true, generator: new Generator(1) });
    scope(() => {
      for (const [name, parameter] of layer.namedParameters())
        if (/^[hc]0$/.test(name)) parameter.assign(draw(...parameter.shape));
      const x = draw(5, 4, 3);
      const whole = run(layer, x);
      const begun = run(layer, x.slice(0, 0, 2));
      let state: { output: Tensor; h: Tensor; c: Tensor } | undefined;
      for (const first of [0, 2]) {
        if (first === 2) state = { output: zeros([]), h: begun.hLast, c: begun.cLast ?? zeros([]) };
        for (let t = first; t < 5; t++) {
          state = layer.step(x.at(t), state) as typeof state;
          expect(apart((state as { output: Tensor }).output, whole.output.at(t))).toBeLessThan(1e-6);
        }
        expect(apart((state as { h: Tensor }).h, whole.hLast)).toBeLessThan(1e-6);
        const { h, c = h } = state as { h: Tensor; c?: Tensor };
        expect(apart(c, whole.cLast ?? whole.hLast)).toBeLessThan(1e-6);
        state = undefined;
      }
      const alone = layer.step(x.at(0, 1));
      expect(apart(alone.output, whole.output.at(0, 1))).toBeLessThan(1e-6);
      expect(alone.h.shape).toEqual(whole.hLast.at(":", 0).shape);
    });
    layer.dispose();
  });

  test("a learned initial state is used, learned, and gives way to one that is given", () => {
    const layer = make({ learnInitialState: true, bidirectional: true });
    scope(() => {
      const x = draw(3, 2, 3);
      const zero = run(layer, x);
      const initial = (layer.h0 as Tensor).shape;
      const h0 = draw(...initial).expand([initial[0] as number, 2, initial[2] as number]);
      const given = run(layer, x, { h0 });
      expect(apart(given.output, zero.output)).toBeGreaterThan(0.01);
      (layer.h0 as Tensor).assign(draw(...initial));
      expect(apart(run(layer, x).output, given.output)).toBe(0);
      expect(apart(run(layer, x, { h0: zeros(h0.shape) }).output, zero.output)).toBe(0);
    });
    backward(layer, () =>
      run(layer, draw(3, 2, 3))
        .output.square()
        .sum(),
    );
    const learned = [layer.h0, layer.c0].flatMap((each) => (each === undefined ? [] : [each]));
    expect(learned.length).toBe(layer instanceof LSTM ? 2 : 1);
    for (const { grad } of learned) expect(grad?.abs().max().item()).toBeGreaterThan(1e-4);
    expect(Object.keys(layer.stateDict()).slice(0, 2)).toEqual(["weight_ih_l0", "weight_hh_l0"]);
    layer.dispose();
  });

  test("has the gradients of differences, of sequence and step", () => {
    const layer = make({ ...deep, bidirectional: false, learnInitialState: true });
    const lengths = tensor([3, 2], "i32");
    const sequence = gradcheck((x: Tensor) => run(layer, x, { lengths }).output, draw(3, 2, 3));
    const last = gradcheck((x: Tensor) => run(layer, x, { lengths }).hLast, draw(3, 2, 3));
    const step = gradcheck((x: Tensor) => layer.step(x).output, draw(2, 3));
    expect([sequence, last, step].map(({ ok, report }) => (ok ? "" : report))).toEqual(["", "", ""]);
    layer.dispose();
  });

  test("dropout zeroes outputs between layers while learning, and only there", () => {
    const layer = make({ numLayers: 2, dropout: 1, generator: new Generator(1) });
    scope(() => {
      const x = draw(3, 2, 3);
      const used = run(layer.eval(), x);
      const learning = run(layer.train(), x);
      const other = run(layer, x.mul(2));
      expect(apart(used.output, learning.output)).toBeGreaterThan(1e-3);
      // With all of the first layer's outputs gone, the second does not depend on x; the first does.
      expect(apart(learning.output, other.output)).toBe(0);
      expect(apart(learning.hLast.at(1), other.hLast.at(1))).toBe(0);
      expect(apart(learning.hLast.at(0), used.hLast.at(0))).toBe(0);
      expect(apart(layer.step(x.at(0)).output, learning.output.at(0))).toBeLessThan(1e-6);
    });
    layer.dispose();
  });

  test("a file brings it back as it was", () => {
    const model = make({ ...deep, dropout: 0.25, learnInitialState: true, recurrentInit: "orthogonal" });
    const same = decodeModel(encodeModel(model, { layers }), { layers }) as Made;
    expect(same.config()).toEqual(model.config());
    expect(JSON.stringify(model.config())).not.toMatch(/recurrentInit|generator/);
    scope(() => {
      const x = draw(3, 2, 3);
      for (const each of [model, same]) each.eval();
      expect(run(same, x).output.toArray()).toEqual(run(model, x).output.toArray());
    });
    for (const each of [model, same]) each.dispose();
  });

  test("training, use and steps leave nothing behind", () => {
    const layer = make({ ...deep, bidirectional: false, dropout: 0.5 });
    const optimizer = new Adam(layer.parameters());
    const [x, lengths] = [draw(3, 2, 3), tensor([3, 2], "i32")];
    const once = (): number => {
      backward(layer, () => run(layer, x, { lengths }).output.square().sum());
      optimizer.step();
      noGrad(() => scope(() => void layer.step(x.at(0), layer.step(x.at(0)) as never)));
      return memory().bytes;
    };
    once();
    const after = [once(), once(), once()];
    expect(new Set(after).size).toBe(1);
    const before = memory().tensors;
    expect(() => run(layer, x, { lengths: tensor([4, 0], "i32") })).toThrow(IndexError);
    expect(() => run(layer, draw(3, 2, 4))).toThrow(ShapeError);
    expect(memory().tensors - before).toBe(2); // what was passed
    layer.dispose();
  });

  test("weights start within ±1 / √hidden, or each gate's square orthogonal", () => {
    const layer = make({ numLayers: 2, generator: new Generator(3) });
    for (const parameter of layer.parameters()) {
      expect(parameter.abs().max().item()).toBeLessThanOrEqual(0.5);
      expect(parameter.abs().max().item()).toBeGreaterThan(0.3);
    }
    const other = make({ numLayers: 2, recurrentInit: "orthogonal" });
    scope(() => {
      const [rows = 0, state = 0] = other.weightHhL0.shape;
      for (let first = 0; first < rows; first += 4) {
        const square = other.weightHhL0.slice(0, first, first + 4);
        expect(apart(square.transpose().matmul(square), eye(state))).toBeLessThan(1e-6);
      }
    });
    for (const each of [layer, other]) each.dispose();
  });

  test("what does not fit is refused in its own words", () => {
    const layer = make({ bidirectional: true });
    const name = layer.constructor.name;
    scope(() => {
      const x = draw(5, 4, 3);
      const refused = (act: () => unknown): string => {
        try {
          act();
        } catch (error) {
          return String(error);
        }
        return "nothing";
      };
      expect(refused(() => run(layer, draw(5, 4, 2)))).toContain(`${name}: x must be (time, batch, 3), or (time, 3)`);
      expect(refused(() => run(layer, draw(3)))).toContain(`${name}: x must be`);
      expect(refused(() => run(layer, x, { h0: zeros([1, 4, 4]) }))).toContain(`${name}: h0 must be [2, 4,`);
      expect(refused(() => run(layer, x, { lengths: tensor([1], "i32") }))).toContain("lengths must be [4]");
      expect(refused(() => run(layer, x.at(":", 0), { lengths: tensor([1], "i32") }))).toContain(
        "lengths are those of",
      );
      expect(refused(() => run(layer, x, { length: 1 }))).toContain("did you mean lengths?");
      expect(refused(() => layer.step(x.at(0)))).toContain(`${name}.step: a stream has no end to begin from`);
      const [stream, deeper] = [make({}), make({ numLayers: 2 })];
      const wrong = (state: unknown): string => refused(() => stream.step(x.at(0), state as never));
      expect(wrong(deeper.step(x.at(0)))).toContain(`${name}.step: state.h must be [1, 4,`);
      expect(wrong(run(stream, x))).toMatch(
        /state.h must be there: this is what forward gave[^]*fix: pass \{ h: hLast/,
      );
      expect(wrong(null)).toContain("state must be what the step before gave");
      for (const each of [stream, deeper]) each.dispose();
    });
    layer.dispose();
  });
});

describe("an LSTM", () => {
  test("forgetBias is what the forget gate's biases add up to", () => {
    const layer = new LSTM(3, 4, { forgetBias: 1, bidirectional: true });
    const dict = layer.stateDict();
    for (const end of ["l0", "l0_reverse"]) {
      const sum = [...(dict[`bias_ih_${end}`] as Tensor).add(dict[`bias_hh_${end}`] as Tensor).data()];
      expect(sum.slice(4, 8)).toEqual([1, 1, 1, 1]);
      expect(sum.filter((each) => Math.abs(each) < 1).length).toBe(12);
    }
    expect(layer.config()).toEqual([3, 4, { bidirectional: true }]);
    expect(() => new LSTM(3, 4, { forgetBias: 1, bias: false })).toThrow(ValueError);
    layer.dispose();
  });

  test("sizes and shares that make no sense are refused", () => {
    expect(() => new LSTM(3, 4, { projSize: 4 })).toThrow(/below hiddenSize/);
    expect(() => new LSTM(0, 4)).toThrow(/inputSize/);
    expect(() => new LSTM(3, 4, { dropout: 50 })).toThrow(/not a percentage/);
    expect(() => new LSTM(3, 4, { numLayers: 0 })).toThrow(/numLayers/);
  });

  test("without biases its keys are those of the matrices", () => {
    const layer = new LSTM(3, 4, { bias: false, projSize: 2, numLayers: 2, bidirectional: true });
    expect(Object.keys(layer.stateDict()).join(" ")).toBe(
      ["l0", "l0_reverse", "l1", "l1_reverse"]
        .flatMap((end) => [`weight_ih_${end}`, `weight_hh_${end}`, `weight_hr_${end}`])
        .join(" "),
    );
    layer.dispose();
  });
});

describe("cells", () => {
  const cells = [
    ["RNNCell", new RNNCell(3, 4), new RNN(3, 4)],
    ["RNNCell of relu", new RNNCell(3, 4, { nonlinearity: "relu" }), new RNN(3, 4, { nonlinearity: "relu" })],
    ["GRUCell", new GRUCell(3, 4), new GRU(3, 4)],
    ["GRUCell that resets before", new GRUCell(3, 4, { resetAfter: false }), new GRU(3, 4, { resetAfter: false })],
    ["LSTMCell", new LSTMCell(3, 4), new LSTM(3, 4)],
  ] as const;
  const stepped = (cell: Module, x: Tensor, state: Tensor | undefined): Tensor[] => {
    if (cell instanceof LSTMCell) {
      const after = cell.forward(x, state === undefined ? undefined : { h: state, c: state });
      return [after.h, after.c];
    }
    return [(cell as RNNCell | GRUCell).forward(x, state)];
  };

  test.each(cells)("%s is one step of the layer with its weights", (_, cell, layer) => {
    layer.loadStateDict(
      Object.fromEntries(Object.entries(cell.stateDict()).map(([key, value]) => [`${key}_l0`, value])),
    );
    const loaded = decodeModel(encodeModel(new Sequential(cell as never), { layers }), { layers });
    const same = loaded.namedChildren()[0]?.[1] as Module;
    scope(() => {
      const [x, h] = [draw(2, 3), draw(2, 4)];
      for (const state of [undefined, h]) {
        const stacked = state === undefined ? undefined : { h: state.unsqueeze(0), c: state.unsqueeze(0) };
        const { output, ...rest } = layer.step(x, stacked) as Record<string, Tensor>;
        const wanted = [output as Tensor, ...("c" in rest ? [rest["c"].squeeze(0)] : [])];
        stepped(cell, x, state).forEach((each, at) => expect(apart(each, wanted[at] as Tensor)).toBe(0));
        stepped(same, x, state).forEach((each, at) => expect(apart(each, wanted[at] as Tensor)).toBe(0));
        stepped(cell, x.at(1), state?.at(1)).forEach((each, at) =>
          expect(apart(each, (wanted[at] as Tensor).at(1))).toBeLessThan(1e-6),
        );
      }
      const { ok, report } = gradcheck((leaf: Tensor) => stepped(cell, leaf, h).at(-1) as Tensor, x);
      expect(ok ? "" : report).toBe("");
      expect(() => stepped(cell, draw(2, 4), undefined)).toThrow(/x must be \(batch, 3\), or \(3\)/);
      expect(() => stepped(cell, x, draw(4))).toThrow(/must be \[2, 4\]/);
    });
  });
});
