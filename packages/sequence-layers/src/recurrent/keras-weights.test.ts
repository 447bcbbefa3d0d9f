import { memory, scope, ShapeError, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import fixtures from "../fixtures/keras.json" with { type: "json" };
import { close, pattern } from "../testing/pattern.ts";
import { GRU } from "./gru.ts";
import { fromKerasWeights } from "./keras-weights.ts";
import { LSTM } from "./lstm.ts";
import { RNN } from "./rnn.ts";

describe(`weights of Keras ${fixtures.keras}`, () => {
  test.each(fixtures.rows.map((row) => [`${row.kind}, ${row.shapes.length} weights`, row] as const))(
    "%s: the layer that has loaded them gives Keras' outputs",
    (_, { kind, bidirectional, shapes, output }) => {
      const before = memory().bytes;
      scope(() => {
        const weights = shapes.map((shape, at) => pattern(shape, 20 + at));
        const each = shapes.length / (bidirectional ? 2 : 1);
        const isGru = kind.startsWith("gru");
        const options = { batchFirst: true, bidirectional, bias: each === 3 };
        const own = kind === "lstm" ? "lstm" : isGru ? "gru" : "rnn";
        const layer =
          own === "lstm"
            ? new LSTM(2, 3, options)
            : own === "gru"
              ? new GRU(2, 3, { ...options, resetAfter: kind === "gru" })
              : new RNN(2, 3, options);
        const read = (first: number): Record<string, Tensor> => {
          const [kernel, recurrentKernel, bias] = weights.slice(first, first + each) as [Tensor, Tensor, Tensor?];
          return fromKerasWeights(own, { kernel, recurrentKernel, bias }, { reverse: first > 0 });
        };
        layer.loadStateDict({ ...read(0), ...(bidirectional ? read(each) : {}) });
        expect([...layer.forward(pattern([2, 4, 2], 1)).output.data()]).toEqual(close(output));
        layer.dispose();
      });
      expect(memory().bytes).toBe(before);
    },
  );

  test("names are those of the layer and direction, and other shapes are refused", () => {
    const [kernel, recurrentKernel] = [zeros([2, 9]), zeros([3, 9])];
    expect(Object.keys(fromKerasWeights("gru", { kernel, recurrentKernel }, { layer: 1, reverse: true }))).toEqual([
      "weight_ih_l1_reverse",
      "weight_hh_l1_reverse",
    ]);
    expect(() => fromKerasWeights("lstm", { kernel, recurrentKernel })).toThrow(/\(units, 4 · units\)/);
    expect(() => fromKerasWeights("gru", { kernel: kernel.transpose(), recurrentKernel })).toThrow(ShapeError);
    expect(() => fromKerasWeights("gru", { kernel, recurrentKernel, bias: zeros([3, 9]) })).toThrow(
      /\[9\] or \[2, 9\]/,
    );
  });
});
