import { gradcheck } from "@unfoldjs/autograd";
import { Adam, backward, crossEntropy, decodeModel, encodeModel, LayerNorm, type Module } from "@unfoldjs/nn";
import {
  Generator,
  IndexError,
  logSoftmax,
  memory as memoryUse,
  scope,
  type Shape,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import type { KeyValues } from "../attention/key-values.ts";
import { layers } from "../layers.ts";
import { fill, values } from "../testing/pattern.ts";
import { TransformerDecoderLayer } from "./decoder-layer.ts";
import { EncoderDecoder } from "./encoder-decoder.ts";
import { TransformerEncoderLayer } from "./encoder-layer.ts";
import { GPT } from "./gpt.ts";
import { TransformerDecoder, TransformerEncoder } from "./stacks.ts";
import type { StepState } from "./rows.ts";
import type { StepModel } from "./step-model.ts";

type Tokens = Tensor<Shape, "i32">;
const numbers = (x: Tensor | Float32Array): number[] => [...(x instanceof Float32Array ? x : x.data())];
const close = (x: Tensor | Float32Array, digits = 4): unknown[] =>
  numbers(x).map((each) => expect.closeTo(each, digits));
const held = (): object => ({ tensors: memoryUse().tensors, bytes: memoryUse().bytes });
const generator = (): { generator: Generator } => ({ generator: new Generator(2) });
const small = { dModel: 8, nhead: 2, numLayers: 2, ...generator() };
const gpt = new GPT(7, { ...small, maxLength: 6 }).eval();
const translation = new EncoderDecoder(7, 5, small).eval();
const layerOf = (batchFirst: boolean): TransformerEncoderLayer =>
  new TransformerEncoderLayer(8, 2, { dimFeedforward: 12, batchFirst, ...generator() });

describe("layers of transformers", () => {
  test("have PyTorch's names", () => {
    const names = (module: Module): string[] => Object.keys(module.stateDict());
    const parts = ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"];
    const both = (...each: string[]): string[] => each.flatMap((name) => [`${name}.weight`, `${name}.bias`]);
    const encoder = [...parts.map((part) => `self_attn.${part}`), ...both("linear1", "linear2", "norm1", "norm2")];
    expect(names(layerOf(true)).toSorted()).toEqual(encoder.toSorted());
    const decoder = [...encoder, ...parts.map((part) => `multihead_attn.${part}`), ...both("norm3")];
    expect(names(new TransformerDecoderLayer(4, 2, { dimFeedforward: 4 })).toSorted()).toEqual(decoder.toSorted());
    const stack = new TransformerEncoder(layerOf(true), 2, new LayerNorm(8));
    const inLayers = [0, 1].flatMap((at) => encoder.map((name) => `layers.${at}.${name}`));
    expect(names(stack).toSorted()).toEqual([...inLayers, ...both("norm")].toSorted());
  });

  test("of a stack begin with first values of their own", () => {
    const [first, second] = new TransformerEncoder(new TransformerEncoderLayer(8, 2), 2).layers;
    expect(numbers(first?.linear1.weight as Tensor)).not.toEqual(numbers(second?.linear1.weight as Tensor));
    expect(second?.linear1.weight.shape).toEqual([2048, 8]);
  });

  test.each([true, false])("go on step by step as all at once (batchFirst %s)", (batchFirst) => {
    const layer = layerOf(batchFirst).eval();
    const decoder = fill(new TransformerDecoderLayer(8, 2, { dimFeedforward: 12, batchFirst, normFirst: true })).eval();
    scope(() => {
      const axis = batchFirst ? 1 : 0;
      const shape = (time: number): Shape => (batchFirst ? [2, time, 8] : [time, 2, 8]);
      const [x, source] = [values(shape(5), 1), values(shape(3), 2)];
      const memoryLengths = tensor([2, 3], "i32") as Tokens;
      const whole = layer.forward(x, { isCausal: true });
      const other = decoder.forward(x, source, { tgtIsCausal: true, memoryLengths });
      const remembered = decoder.remember(source);
      let [own, others]: [KeyValues | undefined, KeyValues | undefined] = [undefined, undefined];
      for (let at = 0; at < 5; at++) {
        const now = x.slice(axis, at, at + 1);
        const step = layer.step(now, own);
        const next = decoder.step(now, remembered, others, { keyLengths: memoryLengths });
        [own, others] = [step.memory, next.memory];
        expect(numbers(step.output)).toEqual(close(whole.slice(axis, at, at + 1)));
        expect(numbers(next.output)).toEqual(close(other.slice(axis, at, at + 1)));
      }
    });
  });

  test("take a sequence without the batch's axis", () => {
    const layer = layerOf(true).eval();
    scope(() => {
      const x = values([4, 8], 1);
      const srcKeyPaddingMask = tensor([false, false, true, false], "bool") as Tensor<Shape, "bool">;
      const alone = layer.forward(x, { srcKeyPaddingMask });
      const batch = layer.forward(x.unsqueeze(0), { srcKeyPaddingMask: srcKeyPaddingMask.unsqueeze(0) });
      expect(numbers(alone)).toEqual(numbers(batch));
      expect(alone.shape).toEqual([4, 8]);
    });
  });

  test("have the gradients of differences", () => {
    const [layer, decoder] = [
      layerOf(true).eval(),
      fill(new TransformerDecoderLayer(4, 2, { dimFeedforward: 5, activation: "gelu", batchFirst: true })).eval(),
    ];
    const own = gradcheck((x: Tensor) => layer.forward(x, { isCausal: true }), values([2, 3, 8], 1));
    expect(own.ok ? "" : own.report).toBe("");
    const both = gradcheck(
      (leaves: Tensor[]) => decoder.forward(leaves[0] as Tensor, leaves[1] as Tensor),
      [values([2, 2, 4], 1), values([2, 3, 4], 2)],
    );
    expect(both.ok ? "" : both.report).toBe("");
  });

  test("with positions within attention know none of another sequence", () => {
    const options = { dimFeedforward: 4, batchFirst: true, rotary: true, alibi: true };
    const decoder = fill(new TransformerDecoderLayer(8, 2, options)).eval();
    scope(() => {
      const [tgt, memory] = [values([1, 3, 8], 1), values([1, 4, 8], 2)];
      expect(numbers(decoder.forward(tgt, memory.flip(1)))).toEqual(close(decoder.forward(tgt, memory)));
      expect(numbers(decoder.forward(tgt.flip(1), memory))).not.toEqual(close(decoder.forward(tgt, memory).flip(1)));
    });
  });

  test("leave out in learning, and nothing in use", () => {
    const layer = new TransformerEncoderLayer(8, 2, { dropout: 0.5, ...generator() });
    const x = values([3, 2, 8], 1);
    expect(numbers(layer.forward(x))).not.toEqual(numbers(layer.forward(x)));
    layer.eval();
    expect(numbers(layer.forward(x))).toEqual(numbers(layer.forward(x)));
  });

  test("refuse what does not fit by the names that were used", () => {
    const layer = layerOf(true);
    const x = values([2, 3, 8], 1);
    expect(() => layer.forward(values([2, 3, 7], 1))).toThrow(/src must be \(batch, time, dModel 8\)/);
    expect(() => layer.forward(x, { srcMask: values([2, 2], 1) })).toThrow(/srcMask must be \[3, 3\]/);
    expect(() => layer.forward(x, { srcKeyPaddingMask: values([2, 2], 1) })).toThrow(
      /srcKeyPaddingMask must be \[2, 3\]/,
    );
    const decoder = new TransformerDecoderLayer(8, 2, { batchFirst: true });
    expect(() => decoder.forward(x, values([1, 3, 8], 1))).toThrow(ShapeError);
    expect(() => decoder.forward(x, x, { memoryMask: values([2, 2], 1) })).toThrow(/memoryMask must be/);
    expect(() => new TransformerEncoderLayer(8, 3)).toThrow(/heads must divide/);
    expect(() => new TransformerEncoderLayer(8, 2, { activation: "tanh" as never })).toThrow(ValueError);
    expect(() => new TransformerEncoder(new LayerNorm(8) as never, 2)).toThrow(/a TransformerEncoderLayer/);
  });
});

test.each([
  new TransformerEncoder(new TransformerEncoderLayer(8, 2, { dimFeedforward: 4 }), 2, new LayerNorm(8)),
  new TransformerDecoder(new TransformerDecoderLayer(8, 2, { dimFeedforward: 4, normFirst: true }), 1),
  gpt,
  translation,
])("models are written to a file and read again as they were: %#", (model) => {
  scope(() => {
    const built = decodeModel(encodeModel(model, { layers }), { layers });
    expect(String(built)).toBe(String(model));
    const [own, other] = [model.stateDict(), built.stateDict()];
    expect(Object.keys(other)).toEqual(Object.keys(own));
    for (const name of Object.keys(own)) expect(numbers(other[name] as Tensor)).toEqual(numbers(own[name] as Tensor));
    built.dispose();
  });
});

/** Steps through rows of tokens: the log-probabilities after each. */
function stepped<State>({ state: first, step, release }: StepModel<State>, rows: readonly number[][]): number[][] {
  let state = first;
  return (rows[0] as number[]).map((_, at) => {
    const next = step(
      Int32Array.from(rows, (row) => row[at] as number),
      state,
    );
    if (state !== first) release(state);
    state = next.state;
    if (at === (rows[0] as number[]).length - 1) release(state);
    return numbers(next.logProbabilities);
  });
}

describe("a GPT", () => {
  const rows = [
    [1, 4, 0, 2],
    [3, 3, 5, 1],
  ];

  test("steps as it runs over whole sequences, and leaves nothing behind", () => {
    const before = held();
    const steps = stepped(gpt.stepModel(2), rows);
    scope(() => {
      const whole = logSoftmax(gpt.forward(tensor(rows, "i32") as Tokens), -1);
      for (const [at, step] of steps.entries()) expect(step).toEqual(close(whole.slice(1, at, at + 1)));
    });
    expect(held()).toEqual(before);
  });

  test.each(["sinusoidal", "rotary", "alibi"] as const)(
    "with %s positions steps as it runs, to any length",
    (positions) => {
      const model = fill(new GPT(7, { ...small, maxLength: 2, positions })).eval();
      expect(Object.keys(model.stateDict()).some((name) => name.startsWith("positions"))).toBe(false);
      const steps = stepped(model.stepModel(2), rows);
      scope(() => {
        const tokens = tensor(rows, "i32") as Tokens;
        const whole = logSoftmax(model.forward(tokens), -1);
        for (const [at, step] of steps.entries()) expect(step).toEqual(close(whole.slice(1, at, at + 1)));
        // It knows the order: the same tokens in another one say something else of the next.
        const other = logSoftmax(model.forward(tensor([[4, 1, 0, 2]], "i32") as Tokens), -1);
        expect(numbers(other.slice(1, 3, 4))).not.toEqual(close(whole.slice(0, 0, 1).slice(1, 3, 4), 3));
        const built = decodeModel(encodeModel(model, { layers }), { layers }) as GPT;
        expect(numbers(built.eval().forward(tokens))).toEqual(numbers(model.forward(tokens)));
        built.dispose();
      });
      model.dispose();
    },
  );

  test("goes on from rows in another order, twice from one, and from the same state again", () => {
    const before = held();
    const { state, step, reorder, release } = gpt.stepModel(2);
    const first = step(Int32Array.of(1, 3), state);
    const again = step(Int32Array.of(4, 3), first.state);
    const other = reorder(first.state, Int32Array.of(1, 1, 0));
    const moved = step(Int32Array.of(3, 5, 4), other);
    expect(numbers(moved.logProbabilities.subarray(0, 7))).toEqual(close(again.logProbabilities.subarray(7)));
    expect(numbers(moved.logProbabilities.subarray(14))).toEqual(close(again.logProbabilities.subarray(0, 7)));
    const repeated = step(Int32Array.of(4, 3), first.state);
    expect(numbers(repeated.logProbabilities)).toEqual(numbers(again.logProbabilities));
    for (const each of [first.state, again.state, other, moved.state, repeated.state]) release(each);
    expect(held()).toEqual(before);
    expect(() => step(Int32Array.of(1), state)).toThrow(/one for each row/);
    expect(() => reorder(first.state, Int32Array.of(2))).toThrow(ValueError);
  });

  test("knows a state that another model made, or nobody, and does not begin anew with it", () => {
    const { state, step, reorder, release } = gpt.stepModel();
    const one = Int32Array.of(1);
    const after = (model: GPT): StepState => model.stepModel().step(one, model.stepModel().state).state;
    const [own, fewer, wider] = [
      after(gpt),
      ...[
        { ...small, numLayers: 1 },
        { ...small, dModel: 12 },
      ].map((options) => after(new GPT(7, options).eval())),
    ] as [StepState, StepState, StepState];
    expect(() => step(one, fewer)).toThrow(/state\.memories must be keys and values of 2 layers/);
    expect(() => step(one, wider)).toThrow(
      /state\.memories\[0\]\.key must be \(batch 1, heads 2, keys 1, headSize 4\)/,
    );
    expect(() => reorder(wider, Int32Array.of(0))).toThrow(ShapeError);
    expect(() => step(one, { ...own, length: 3 })).toThrow(/keys 3/);
    expect(() => step(one, { ...state, length: 3 })).toThrow(/keys and values of 2 layers/);
    for (const nothing of [{}, undefined, null] as never[]) {
      expect(() => step(one, nothing)).toThrow(ValueError);
      expect(() => reorder(nothing, one)).toThrow(ValueError);
    }
    for (const each of [own, fewer, wider]) release(each);

    const [alone, both] = [
      [[1, 2]],
      [
        [1, 2],
        [3, 0],
      ],
    ].map((source) => translation.stepModel(tensor(source, "i32") as Tokens));
    const next = both?.step(Int32Array.of(0, 0), both.state);
    expect(() => alone?.step(Int32Array.of(0, 0), both?.state as never)).toThrow(/the state is of other sentences/);
    expect(() => alone?.reorder(next?.state as never, Int32Array.of(1))).toThrow(/the state is of other sentences/);
    expect(() => alone?.step(one, {} as never)).toThrow(ValueError);
    both?.release(next?.state as never);
    for (const each of [alone, both]) each?.dispose();
  });

  test("sees nothing of what comes later", () => {
    scope(() => {
      const logits = (last: number): Tensor => gpt.forward(tensor([[1, 4, 0, last]], "i32") as Tokens).slice(1, 0, 3);
      expect(numbers(logits(2))).toEqual(numbers(logits(5)));
    });
  });

  test("learns a sequence by heart", () => {
    const model = new GPT(5, { dModel: 16, nhead: 2, numLayers: 1, maxLength: 8, dropout: 0, ...generator() });
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    const loss = (): Tensor =>
      crossEntropy(
        model.forward(tensor([[0, 1, 2, 1, 0, 3]], "i32") as Tokens).squeeze(0),
        tensor([1, 2, 1, 0, 3, 4], "i32"),
      );
    const step = (): number =>
      scope(() => {
        const value = backward(model, loss);
        optimizer.step();
        return value;
      });
    const first = step();
    for (let at = 0; at < 5; at++) step();
    const before = held();
    for (let at = 0; at < 60; at++) step();
    expect(held()).toEqual(before);
    expect(first).toBeGreaterThan(1.5);
    expect(step()).toBeLessThan(0.05);
  });

  test("has GPT-2's first values", () => {
    const deviation = (x: Tensor): number => Math.sqrt(numbers(x).reduce((sum, value) => sum + value ** 2, 0) / x.size);
    const model = new GPT(50, { dModel: 32, numLayers: 2, ...generator() });
    const layer = model.transformer.layers[0] as TransformerEncoderLayer;
    expect(deviation(model.tokenEmbedding.weight)).toBeCloseTo(0.02, 2);
    expect(deviation(layer.linear1.weight)).toBeCloseTo(0.02, 3);
    expect(deviation(layer.linear2.weight)).toBeCloseTo(0.01, 3);
    expect(deviation(layer.linear1.bias as Tensor)).toBe(0);
    expect(numbers(layer.norm1.weight as Tensor)).toEqual(Array.from({ length: 32 }, () => 1));
  });

  test("refuses unknown tokens and too many", () => {
    expect(() => gpt.forward(tensor([[7]], "i32") as Tokens)).toThrow(IndexError);
    expect(() => gpt.forward(tensor([[1, 1, 1, 1, 1, 1, 1]], "i32") as Tokens)).toThrow(/7 positions, and there are 6/);
    expect(() => new GPT(7, { dModel: 6 })).toThrow(/heads must divide/);
  });
});

describe("an encoder–decoder", () => {
  const sources = [
    [1, 4, 0, 2, 6],
    [3, 3, 5, 0, 0],
  ];
  const targets = [
    [1, 2, 4],
    [1, 3, 3],
  ];
  const source = (): Tokens => tensor(sources, "i32") as Tokens;
  const options = (): { sourceLengths: Tokens } => ({ sourceLengths: tensor([5, 3], "i32") as Tokens });

  test("steps as it runs over whole sequences, and leaves nothing behind", () => {
    const before = held();
    const model = scope(() => translation.stepModel(source(), options()));
    const steps = stepped(model, targets);
    model.dispose();
    expect(held()).toEqual(before);
    scope(() => {
      const whole = logSoftmax(translation.forward(source(), tensor(targets, "i32") as Tokens, options()), -1);
      for (const [at, step] of steps.entries()) expect(step).toEqual(close(whole.slice(1, at, at + 1)));
    });
  });

  test("keeps each row with its source when rows change", () => {
    scope(() => {
      const model = translation.stepModel(source(), options());
      const first = model.step(Int32Array.of(1, 1), model.state);
      const straight = model.step(Int32Array.of(2, 3), first.state);
      const other = model.reorder(first.state, Int32Array.of(1, 0, 1));
      const moved = model.step(Int32Array.of(3, 2, 3), other);
      expect(numbers(moved.logProbabilities.subarray(0, 5))).toEqual(close(straight.logProbabilities.subarray(5)));
      expect(numbers(moved.logProbabilities.subarray(5, 10))).toEqual(close(straight.logProbabilities.subarray(0, 5)));
      expect(numbers(moved.logProbabilities.subarray(10))).toEqual(close(straight.logProbabilities.subarray(5)));
      for (const each of [first.state, straight.state, other, moved.state]) model.release(each);
      model.dispose();
    });
  });

  test("is not changed by padding, and a batch is its sentences", () => {
    scope(() => {
      const logits = translation.forward(source(), tensor(targets, "i32") as Tokens, options());
      const alone = translation.forward(
        tensor([[3, 3, 5]], "i32") as Tokens,
        tensor([targets[1] as number[]], "i32") as Tokens,
      );
      expect(numbers(logits.slice(0, 1, 2))).toEqual(close(alone));
    });
  });

  test("refuses what does not fit", () => {
    expect(() => translation.forward(source(), tensor([[1]], "i32") as Tokens)).toThrow(ShapeError);
    expect(() => translation.encode(source(), { sourceLengths: tensor([6, 1], "i32") as Tokens })).toThrow(IndexError);
    expect(() => translation.encode(tensor([[9]], "i32") as Tokens)).toThrow(IndexError);
  });
});
