import { gradcheck } from "@unfoldjs/autograd";
import { decodeModel, encodeModel, Flatten, LayerNorm, Linear, Module, Sequential } from "@unfoldjs/nn";
import {
  DTypeError,
  Generator,
  IndexError,
  memory,
  type Shape,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from "@unfoldjs/tensor-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { packByLength, unpackByLength } from "./pack-by-length.ts";
import { TimeDistributed } from "./time-distributed.ts";

const batch = tensor([
  [1, 2, 3],
  [4, 99, 99],
  [99, 99, 99],
  [5, 6, 99],
]);
const lengths = tensor([3, 1, 0, 2], "i32");

describe("packing", () => {
  test("leaves the padding out, and puts zeros in its place on the way back", () => {
    expect(packByLength(batch, lengths).toArray()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(unpackByLength(packByLength(batch, lengths), lengths, 4).toArray()).toEqual([
      [1, 2, 3, 0],
      [4, 0, 0, 0],
      [0, 0, 0, 0],
      [5, 6, 0, 0],
    ]);
    expect(unpackByLength(zeros([6, 2]), lengths).shape).toEqual([4, 3, 2]);
    const labels = packByLength(tensor([[7, 8]], "i32"), tensor([1], "i32"));
    expect([labels.dtype, labels.toArray()]).toEqual(["i32", [7]]);
  });

  test("for any lengths, there and back is the batch without its padding", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { maxLength: 5 }), fc.nat(2), (ends, extra) => {
        const time = Math.max(0, ...ends) + extra;
        const x = new Generator(2).normal<Shape>([ends.length, time, 2]);
        const found = unpackByLength(packByLength(x, tensor(ends, "i32")), tensor(ends, "i32"), time);
        const wanted = (x.toArray() as number[][][]).map((steps, item) =>
          steps.map((step, t) => (t < (ends[item] ?? 0) ? step : [0, 0])),
        );
        expect(found.shape).toEqual(x.shape);
        expect(found.toArray()).toEqual(wanted);
      }),
      { seed: 3, numRuns: 40 },
    );
  });

  test("has the gradients of differences, and leaves nothing behind", () => {
    const before = memory().tensors;
    const x = new Generator(1).normal([4, 3, 2]);
    const { ok, report } = gradcheck(
      (leaf: Tensor) => unpackByLength(packByLength(leaf, lengths).square(), lengths),
      x,
    );
    expect(ok ? "" : report).toBe("");
    x.dispose();
    expect(memory().tensors).toBe(before);
  });

  test("what does not fit is refused", () => {
    expect(() => packByLength(batch, tensor([3, 1, 0], "i32"))).toThrow(ShapeError);
    expect(() => packByLength(batch, tensor([4, 1, 0, 2], "i32"))).toThrow(IndexError);
    expect(() => packByLength(batch, tensor([3, 1, 0, 2]) as never)).toThrow(DTypeError);
    expect(() => packByLength(zeros([3]), lengths)).toThrow(/\(batch, time, …\)/);
    expect(() => unpackByLength(zeros([5]), lengths)).toThrow(/add up to 6/);
    expect(() => unpackByLength(zeros([6]), lengths, 2)).toThrow(IndexError);
    expect(() => unpackByLength(zeros([6], "i32") as never, lengths)).toThrow(DTypeError);
  });
});

/** Takes the mean of what it sees away, as batch norm does: what it gives depends on who else is there. */
class Centred extends Module {
  override forward(x: Tensor): Tensor {
    return x.sub<Shape, Shape>(x.mean(0, true));
  }
}

describe("TimeDistributed", () => {
  test("runs a layer at each step, for layers to which the second axis is no time", () => {
    const inner = new Sequential(new Flatten(), new Linear(6, 2));
    const layer = new TimeDistributed(inner);
    const films = new Generator(1).normal([3, 4, 2, 3]);
    const y = layer.forward(films);
    expect(y.shape).toEqual([3, 4, 2]);
    expect(
      y
        .at(2, 1)
        .sub(inner.forward(films.at(2, ":2")).at(1))
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-6);
  });

  test("with lengths, padding enters no statistics and gives zeros", () => {
    const layer = new TimeDistributed(new Centred());
    const y = layer.forward(batch.unsqueeze(2), lengths).squeeze(2);
    // The mean of 1 … 6 is 3.5.
    expect(y.toArray()).toEqual([
      [-2.5, -1.5, -0.5],
      [0.5, 0, 0],
      [0, 0, 0],
      [1.5, 2.5, 0],
    ]);
  });

  test("what looks at the last axis alone needs no wrapping", () => {
    const x = new Generator(1).normal([3, 4, 5]);
    for (const inner of [new Linear(5, 2), new LayerNorm(5)]) {
      const wrapped = new TimeDistributed(inner).forward(x);
      expect(
        wrapped
          .sub((inner as Linear).forward(x))
          .abs()
          .max()
          .item(),
      ).toBeLessThan(1e-6);
    }
  });

  test("is brought back by a file, and refuses what is no layer", () => {
    const layer = new TimeDistributed(new Linear(5, 2));
    const same = decodeModel(encodeModel(layer, { layers }), { layers }) as TimeDistributed;
    const x = new Generator(1).normal([3, 4, 5]);
    expect(same.forward(x).toArray()).toEqual(layer.forward(x).toArray());
    expect(() => new TimeDistributed(((y: Tensor) => y) as never)).toThrow(/layer/);
    expect(() => layer.forward(x, tensor([5, 0, 0], "i32"))).toThrow(IndexError);
    expect(() => new TimeDistributed(new Sequential()).forward(zeros([2]))).toThrow(ShapeError);
  });
});
