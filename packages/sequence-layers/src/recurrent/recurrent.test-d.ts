import { type Shape, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { expectTypeOf, test } from "vitest";
import { GRUCell, LSTMCell } from "./cells.ts";
import { GRU } from "./gru.ts";
import { LSTM, type LSTMOptions } from "./lstm.ts";
import { RNN } from "./rnn.ts";

const batch: Tensor<[7, 2, 3]> = zeros([7, 2, 3]);
const single: Tensor<[7, 3]> = zeros([7, 3]);
const some: Tensor = batch;

test("outputs have the features of the state; last states are stacked by layer", () => {
  const layer = new LSTM(3, 5);
  expectTypeOf(layer.forward(batch).output).toEqualTypeOf<Tensor<[7, 2, 5]>>();
  expectTypeOf(layer.forward(batch).hLast).toEqualTypeOf<Tensor<[number, number, 5]>>();
  expectTypeOf(layer.forward(single).output).toEqualTypeOf<Tensor<[7, 5]>>();
  expectTypeOf(layer.forward(single).cLast).toEqualTypeOf<Tensor<[number, 5]>>();
  expectTypeOf(layer.forward(some).output).toEqualTypeOf<Tensor<Shape>>();
  expectTypeOf(new RNN(3, 5, { numLayers: 2 }).forward(batch).output).toEqualTypeOf<Tensor<[7, 2, 5]>>();
  // @ts-expect-error: 4 features, 3 are taken
  expectTypeOf(layer.forward(zeros([7, 2, 4]))).not.toBeAny();
});

test("a projection changes them, and of two directions it is not worked out", () => {
  const projected = new LSTM(3, 5, { projSize: 2 });
  expectTypeOf(projected.forward(batch).output).toEqualTypeOf<Tensor<[7, 2, 2]>>();
  expectTypeOf(projected.forward(batch).hLast).toEqualTypeOf<Tensor<[number, number, 2]>>();
  expectTypeOf(projected.forward(batch).cLast).toEqualTypeOf<Tensor<[number, number, 5]>>();
  const both = new GRU(3, 5, { bidirectional: true });
  expectTypeOf(both.forward(batch).output).toEqualTypeOf<Tensor<[7, 2, number]>>();
  expectTypeOf(both.forward(batch).hLast).toEqualTypeOf<Tensor<[number, number, 5]>>();
  const options: LSTMOptions = {};
  expectTypeOf(new LSTM(3, 5, options).forward(batch).output).toEqualTypeOf<Tensor<[7, 2, number]>>();
});

test("a step has no time, and its result is the state of the next", () => {
  const layer = new LSTM(3, 5);
  const state = layer.step(zeros([2, 3]));
  expectTypeOf(state.output).toEqualTypeOf<Tensor<[2, 5]>>();
  expectTypeOf(layer.step(zeros([3]), state).h).toEqualTypeOf<Tensor<[number, 5]>>();
  expectTypeOf(new GRU(3, 5).step(zeros([2, 3])).h).toEqualTypeOf<Tensor<[number, number, 5]>>();
  // @ts-expect-error: an LSTM's state has cells
  expectTypeOf(layer.step(zeros([2, 3]), { h: batch })).not.toBeAny();
});

test("cells change the last axis", () => {
  expectTypeOf(new GRUCell(3, 5).forward(zeros([2, 3]))).toEqualTypeOf<Tensor<[2, 5]>>();
  expectTypeOf(new LSTMCell(3, 5).forward(zeros([3])).c).toEqualTypeOf<Tensor<[5]>>();
});
