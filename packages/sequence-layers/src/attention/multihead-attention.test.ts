import { backward } from "@unfoldjs/nn";
import {
  concat,
  Generator,
  linear,
  logicalNot,
  memory as memoryUse,
  scaledDotProductAttention,
  scope,
  type Shape,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { alibi } from "../positions/alibi.ts";
import { rotary } from "../positions/rotary.ts";
import { fill, values } from "../testing/pattern.ts";
import { causalMask } from "./causal-mask.ts";
import type { KeyValues } from "./key-values.ts";
import { MultiheadAttention } from "./multihead-attention.ts";

const numbers = (x: Tensor): number[] => [...x.data()];
const close = (x: Tensor): unknown[] => numbers(x).map((each) => expect.closeTo(each, 5));

test("it has PyTorch's names and first values", () => {
  const layer = new MultiheadAttention(6, 2, { generator: new Generator(1) });
  expect(Object.entries(layer.stateDict()).map(([name, { shape }]) => [name, shape])).toEqual([
    ["in_proj_weight", [18, 6]],
    ["in_proj_bias", [18]],
    ["out_proj.weight", [6, 6]],
    ["out_proj.bias", [6]],
  ]);
  expect([...numbers(layer.inProjBias as Tensor), ...numbers(layer.outProj.bias as Tensor)].every((b) => b === 0)).toBe(
    true,
  );
  const largest = Math.max(...numbers(layer.inProjWeight as Tensor).map(Math.abs));
  expect(largest).toBeGreaterThan(0.4);
  expect(largest).toBeLessThanOrEqual(0.5); // √(6 / (18 + 6))
  const apart = new MultiheadAttention(6, 2, { kdim: 4, vdim: 5, bias: false });
  expect(Object.entries(apart.stateDict()).map(([name, { shape }]) => [name, shape])).toEqual([
    ["q_proj_weight", [6, 6]],
    ["k_proj_weight", [6, 4]],
    ["v_proj_weight", [6, 5]],
    ["out_proj.weight", [6, 6]],
  ]);
});

test.each([true, false])("without the batch's axis it is a batch of one (batchFirst %s)", (batchFirst) => {
  const layer = fill(new MultiheadAttention(6, 2, { batchFirst })).eval();
  scope(() => {
    const [query, key] = [values([3, 6], 1), values([5, 6], 2)];
    const axis = batchFirst ? 0 : 1;
    const keyPaddingMask = tensor([false, false, true, false, true], "bool");
    const alone = layer.forward(query, key, key, { keyPaddingMask, needWeights: true });
    const keys = key.unsqueeze(axis);
    const batch = layer.forward(query.unsqueeze(axis), keys, keys, {
      keyPaddingMask: keyPaddingMask.unsqueeze(0) as never,
      needWeights: true,
    });
    expect(alone.output.shape).toEqual([3, 6]);
    expect(alone.weights.shape).toEqual([3, 5]);
    expect(numbers(alone.output)).toEqual(numbers(batch.output));
    expect(numbers(alone.weights)).toEqual(numbers(batch.weights));
  });
});

test.each([true, false])("in one product or in three it is the same (batchFirst %s)", (batchFirst) => {
  const layer = fill(new MultiheadAttention(6, 3, { batchFirst })).eval();
  scope(() => {
    const x = values([4, 5, 6], 1);
    expect(numbers(layer.forward(x))).toEqual(close(layer.forward(x, x.clone(), x.clone())));
    expect(numbers(layer.attend(x, layer.remember(x)))).toEqual(close(layer.forward(x)));
  });
});

test.each([true, false])("step by step it is causal attention over all at once (batchFirst %s)", (batchFirst) => {
  const layer = fill(new MultiheadAttention(6, 2, { batchFirst })).eval();
  const axis = batchFirst ? 1 : 0;
  const before = memoryUse().tensors;
  scope(() => {
    const x = values(batchFirst ? [2, 5, 6] : [5, 2, 6], 1);
    const whole = layer.forward(x, x, x, { isCausal: true });
    for (const cuts of [
      [0, 1, 2, 3, 4, 5],
      [0, 3, 5],
      [0, 5],
      [0, 2, 3, 5],
    ]) {
      let memory: KeyValues | undefined;
      const parts = cuts.slice(1).map((end, at) => {
        const held = [memory?.key, memory?.value].map((each) => each && numbers(each));
        const step = layer.step(x.slice(axis, cuts[at], end), memory);
        expect([memory?.key, memory?.value].map((each) => each && numbers(each))).toEqual(held);
        memory = step.memory;
        return step.output;
      });
      expect(numbers(concat<Tensor[], number>(parts, axis))).toEqual(close(whole));
    }
  });
  expect(memoryUse().tensors).toBe(before);
});

test("rows of a memory can be taken in another order, and twice", () => {
  const layer = fill(new MultiheadAttention(6, 2, { batchFirst: true })).eval();
  scope(() => {
    const x = values([2, 4, 6], 1);
    const { memory: held } = layer.step(x.slice(1, 0, 3));
    const rows = tensor([1, 1, 0], "i32");
    const pick = (each: Tensor): Tensor => each.indexSelect(0, rows);
    const next = pick(x.slice(1, 3, 4));
    const taken = layer.step(next, { key: pick(held.key), value: pick(held.value) });
    expect(numbers(taken.output)).toEqual(close(pick(layer.step(x.slice(1, 3, 4), held).output)));
  });
});

test("dropout leaves weights out while learning, from its own generator", () => {
  scope(() => {
    const made = (): MultiheadAttention =>
      fill(new MultiheadAttention(6, 2, { dropout: 0.5, generator: new Generator(5), batchFirst: true }));
    const [layer, same] = [made(), made()];
    const x = values([2, 8, 6], 1);
    const call = { needWeights: true, averageAttnWeights: false } as const;
    const learning = layer.forward(x, x, x, call);
    expect(numbers(learning.weights).filter((weight) => weight === 0).length).toBeGreaterThan(64);
    expect(numbers(same.forward(x, x, x, call).output)).toEqual(numbers(learning.output));
    expect(layer.namedGenerators().map(([path]) => path)).toEqual(["generator"]);
    const used = layer.eval().forward(x, x, x, call);
    expect(numbers(used.weights).every((weight) => weight > 0)).toBe(true);
    expect(numbers(used.output)).not.toEqual(numbers(learning.output));
  });
});

test("a frozen projection is a constant, and the others learn", () => {
  const layer = new MultiheadAttention(6, 2, { batchFirst: true });
  layer.freeze((path) => path === "inProjWeight");
  scope(
    () =>
      void backward(layer, () =>
        layer
          .forward(values([2, 3, 6], 1))
          .square()
          .sum(),
      ),
  );
  expect(layer.inProjWeight?.grad).toBeUndefined();
  expect(layer.outProj.weight.grad?.shape).toEqual([6, 6]);
});

describe("positions within attention", () => {
  const kinds = [
    ["turned by halves", { rotary: true }, (x: Tensor) => rotary(x)],
    [
      "turned by pairs",
      { rotary: { interleaved: true, base: 100 } },
      (x: Tensor) => rotary(x, { interleaved: true, base: 100 }),
    ],
    ["biased by distances", { alibi: true }, (x: Tensor) => x],
  ] as const;
  const made = (options: object, batchFirst = true): MultiheadAttention =>
    fill(new MultiheadAttention(8, 2, { batchFirst, ...options })).eval();

  test.each(kinds)("%s: queries and keys are, and values are not", (_, options, place) => {
    scope(() => {
      const [x, plain] = [values([2, 5, 8], 1), made({})];
      const { key, value } = plain.remember(x);
      const [weight, bias] = [plain.inProjWeight as Tensor, plain.inProjBias as Tensor];
      const query = linear(x, weight.slice(0, 0, 8), bias.slice(0, 0, 8));
      const byHead = query.reshape<Shape, Shape>([2, 5, 2, 4]).permute(0, 2, 1, 3);
      const attnMask = "alibi" in options ? alibi(2, 5, 5) : undefined;
      const heads = scaledDotProductAttention(place(byHead), place(key), value, { attnMask, isCausal: true });
      const wanted = plain.outProj.forward(heads.permute(0, 2, 1, 3).flatten(2, 3));
      expect(numbers(made(options).forward(x, x, x, { isCausal: true }))).toEqual(close(wanted));
      expect(numbers(wanted)).not.toEqual(close(plain.forward(x, x, x, { isCausal: true })));
    });
  });

  test.each(kinds)("%s: step by step it is all at once, with masks and without", (_, options) => {
    for (const batchFirst of [true, false]) {
      const [layer, axis] = [made(options, batchFirst), batchFirst ? 1 : 0];
      scope(() => {
        const x = values(batchFirst ? [2, 5, 8] : [5, 2, 8], 1);
        const whole = layer.forward(x, x, x, { isCausal: true });
        const first = layer.step(x.slice(axis, 0, 3));
        const second = layer.step(x.slice(axis, 3, 4), first.memory);
        const third = layer.step(x.slice(axis, 4, 5), second.memory);
        const parts = [first, second, third].map(({ output }) => output);
        expect(numbers(concat<Tensor[], number>(parts, axis))).toEqual(close(whole));
        expect(numbers(layer.attend(x, layer.remember(x), { isCausal: true }))).toEqual(close(whole));
        const future = logicalNot(causalMask(5, 5));
        expect(numbers(layer.forward(x, x, x, { attnMask: future }))).toEqual(close(whole));
        const never = future.to("f32").mul(-1e9);
        const both = { keyLengths: tensor([5, 5], "i32"), attnMask: never };
        expect(numbers(layer.forward(x, x, x, both))).toEqual(close(whole));
      });
    }
  });

  test("need heads of an even size, if they turn", () => {
    expect(() => new MultiheadAttention(6, 2, { rotary: true })).toThrow(/even size/);
    expect(() => new MultiheadAttention(8, 2, { rotary: { base: -1 } })).toThrow(ValueError);
    expect(() => new MultiheadAttention(8, 2, { rotary: { bass: 1 } as never })).toThrow(/did you mean base/);
    expect(made({ rotary: { base: 500 } }).config()).toEqual([8, 2, { batchFirst: true, rotary: { base: 500 } }]);
  });
});

test("a hook hears of each call once, without the batch's axis too", () => {
  const layer = new MultiheadAttention(6, 2);
  let calls = 0;
  layer.onForward(() => void calls++);
  scope(() => void layer.forward(values([3, 6], 1)));
  expect(calls).toBe(1);
});

test("wrong sizes and masks are refused with what they must be", () => {
  expect(() => new MultiheadAttention(6, 4)).toThrow(/heads must divide/);
  expect(() => new MultiheadAttention(6, 2, { dropout: 2 })).toThrow(ValueError);
  const layer = new MultiheadAttention(6, 2, { batchFirst: true });
  const x = values([2, 3, 6], 1);
  expect(() => layer.forward(values([2, 3, 5], 1))).toThrow(/query must be \(batch, time, features 6\)/);
  expect(() => layer.forward(x, x, x, { attnMask: values([2, 2], 1) })).toThrow(
    /attnMask must be \[3, 3\] or \[4, 3, 3\]/,
  );
  expect(() => layer.forward(x, x, x, { keyPaddingMask: values([3, 2], 1) })).toThrow(
    /keyPaddingMask must be \[2, 3\]/,
  );
  expect(() => layer.forward(x, x, x, { attnMask: tensor([1], "i32") as never })).toThrow(/bool .*f32/);
  const held = layer.remember(x);
  expect(() => layer.attend(values([1, 3, 6], 1), held)).toThrow(ShapeError);
  expect(() => layer.step(values([1, 1, 6], 1), held)).toThrow(/memory.key must be \(batch 1, heads 2/);
  expect(() => layer.step(x, { key: held.key, value: x })).toThrow(/memory.value/);
});
