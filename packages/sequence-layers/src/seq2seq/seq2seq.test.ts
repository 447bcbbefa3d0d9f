import { gradcheck } from "@unfoldjs/autograd";
import { Adam, backward, decodeModel, encodeModel } from "@unfoldjs/nn";
import {
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
import { sequenceCrossEntropy } from "../losses/sequence-cross-entropy.ts";
import { AttentionDecoder } from "./attention-decoder.ts";
import { AttentionSeq2Seq, type AttentionSeq2SeqOptions } from "./attention-seq2seq.ts";
import type { Decodable, DecodableStep } from "./decodable.ts";
import { Decoder } from "./decoder.ts";
import { Encoder } from "./encoder.ts";
import { Seq2Seq } from "./seq2seq.ts";

type Model = Seq2Seq | AttentionSeq2Seq;
type Tokens = Tensor<Shape, "i32">;

const table = (rows: readonly (readonly number[])[]): Tokens =>
  tensor(rows.flat(), "i32").reshape([rows.length, rows[0]?.length ?? 0]);
const source = table([
  [1, 4, 2, 3, 5],
  [3, 2, 0, 0, 0],
  [5, 5, 1, 0, 0],
]);
const lengths = tensor([5, 2, 3], "i32");
const words = [
  [1, 3, 2, 4],
  [1, 2, 0, 3],
  [1, 4, 4, 2],
];
const inputs = table(words);

const attending = (options: AttentionSeq2SeqOptions = {}): Model =>
  new AttentionSeq2Seq(6, 5, 4, { generator: new Generator(3), ...options });
const models: readonly (readonly [string, () => Model])[] = [
  ["Seq2Seq", () => new Seq2Seq(6, 5, 4, { generator: new Generator(3), numLayers: 2 })],
  ["Seq2Seq both ways", () => new Seq2Seq(6, 5, 4, { generator: new Generator(3), bidirectional: true })],
  ["AttentionSeq2Seq", () => attending()],
  ["AttentionSeq2Seq of GRUs", () => attending({ cell: "gru", numLayers: 2, initialState: "encoder" })],
  ["AttentionSeq2Seq that is fed", () => attending({ inputFeeding: true, initialState: "encoder" })],
];
const apart = (a: Tensor, b: Tensor): number => a.sub(b).abs().max().item();
const logitsOf = (model: Model, of: Tokens, lengthsOf?: Tensor<Shape, "i32">): Tensor =>
  model.forward(of, inputs.slice(0, 0, of.shape[0]), { lengths: lengthsOf }).logits;

/** Steps on, and gives the state before back. */
function advance(search: Decodable, tokens: readonly number[], before: DecodableStep["state"]): DecodableStep {
  const after = search.step(Int32Array.from(tokens), before);
  if (before !== search.state) search.release(before);
  return after;
}

describe.each(models)("%s", (_, make) => {
  test("a batch is its sentences one by one, in any order, whatever the padding holds", () => {
    const model = make().eval();
    scope(() => {
      const together = model.forward(source, inputs, { lengths }).logits;
      const spoiled = table([
        [1, 4, 2, 3, 5],
        [3, 2, 5, 1, 4],
        [5, 5, 1, 2, 2],
      ]);
      expect(apart(model.forward(spoiled, inputs, { lengths }).logits, together)).toBe(0);
      for (const [item, length] of [5, 2, 3].entries()) {
        const alone = model.forward(source.at([item]).slice(1, 0, length), inputs.at([item])).logits;
        expect(apart(alone.squeeze(0), together.at(item))).toBeLessThan(1e-6);
      }
      const order = [2, 0, 1];
      const mixed = model.forward(source.at(order), inputs.at(order), { lengths: lengths.at(order) }).logits;
      expect(apart(mixed, together.at(order))).toBeLessThan(1e-6);
    });
    model.dispose();
  });

  test("step by step it gives the log-probabilities and weights of forward, for rows in any order", () => {
    const before = memory();
    const model = make().eval();
    scope(() => {
      const { logits, ...rest } = model.forward(source, inputs, { lengths });
      const wanted = logits.softmax().log().toArray() as number[][][];
      const weights = "weights" in rest ? ((rest.weights as Tensor).toArray() as number[][][]) : undefined;
      const search = model.start(source, { lengths });
      let state = search.state;
      // The second sentence goes on in two ways, the first is left out after two steps.
      let rows = [0, 1, 2];
      for (let t = 0; t < 4; t++) {
        const result = advance(
          search,
          rows.map((row) => words[row]?.[t] ?? 0),
          state,
        );
        state = result.state;
        const found = Array.from(rows, (_row, at) => [...result.logProbabilities.subarray(at * 5, at * 5 + 5)]);
        rows.forEach((row, at) =>
          found[at]?.forEach((value, word) => expect(value).toBeCloseTo(wanted[row]?.[t]?.[word] ?? Number.NaN, 5)),
        );
        const seen =
          result.attention &&
          Array.from(rows, (_row, at) => [...(result.attention?.subarray(at * 5, at * 5 + 5) ?? [])]);
        expect(seen?.map((each) => each.length)).toEqual(weights && rows.map(() => 5));
        const off = (weights === undefined ? [] : rows).flatMap((row, at) =>
          Array.from({ length: 5 }, (_each, place) => (seen?.[at]?.[place] ?? 0) - (weights?.[row]?.[t]?.[place] ?? 9)),
        );
        expect(Math.max(0, ...off.map(Math.abs))).toBeLessThan(1e-5);
        if (t !== 1) continue;
        const reordered = search.reorder(state, Int32Array.of(2, 1, 1));
        search.release(state);
        [state, rows] = [reordered, [2, 1, 1]];
      }
      search.release(state);
      search.dispose();
    });
    model.dispose();
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });

  test("has the gradients of differences through what it has embedded", () => {
    const model = make().eval();
    const embedding = model.encoder.embedding.weight;
    const first = embedding.clone();
    const { ok, report } = gradcheck((leaf: Tensor) => {
      // The sentence's vectors in the place of the table's.
      const encoded = model.encoder.rnn.forward(leaf, { lengths });
      return model instanceof Seq2Seq
        ? model.decoder.forward(inputs, model.bridge.forward(encoded)).logits
        : model.decoder.forward(inputs, encoded.output, { lengths, initial: model.bridge?.forward(encoded) }).logits;
    }, first.at(source));
    expect(ok ? "" : report).toBe("");
    model.dispose();
  });

  test("scheduled sampling teaches with the model's own guesses as often as it is told", () => {
    const model = make().eval();
    scope(() => {
      const forced = model.forward(source, inputs, { lengths }).logits;
      expect(apart(model.forward(source, inputs, { lengths, teacherForcing: 1 }).logits, forced)).toBe(0);
      const free = model.forward(source, inputs, { lengths, teacherForcing: 0 }).logits;
      // The first step is the same, and each further one is that of the guess before.
      expect(apart(free.at(":", 0), forced.at(":", 0))).toBeLessThan(1e-6);
      const guesses: Tokens = free.argmax(2);
      const found = guesses.toArray() as number[][];
      const own = table(words.map((row, item) => [row[0] ?? 0, ...(found[item]?.slice(0, 3) ?? [])]));
      expect(apart(model.forward(source, own, { lengths }).logits, free)).toBeLessThan(1e-6);
    });
    model.dispose();
  });

  test("learns to copy, and leaves nothing behind", () => {
    const model = make();
    const optimizer = new Adam(model.parameters(), { learningRate: 0.03 });
    const texts = table([
      [1, 2, 3],
      [3, 1, 2],
      [2, 2, 1],
    ]);
    const before = table([
      [0, 1, 2],
      [0, 3, 1],
      [0, 2, 2],
    ]);
    const once = (): number =>
      backward(model, () => sequenceCrossEntropy(model.forward(texts, before).logits, texts) as Tensor<[]>);
    const first = once();
    optimizer.step();
    once();
    const bytes = memory().bytes;
    let last = first;
    for (let step = 0; step < 150; step++) {
      optimizer.step();
      last = once();
    }
    expect(memory().bytes).toBe(bytes);
    expect(first).toBeGreaterThan(1);
    expect(last).toBeLessThan(0.2);
    model.dispose();
    optimizer.dispose();
  });

  test("is brought back by a file", () => {
    const model = make();
    const same = decodeModel(encodeModel(model, { layers }), { layers }) as Model;
    expect(same.config()).toEqual(model.config());
    scope(() => {
      for (const each of [model, same]) each.eval();
      expect(logitsOf(same, source, lengths).toArray()).toEqual(logitsOf(model, source, lengths).toArray());
    });
    for (const each of [model, same]) each.dispose();
  });

  test("a sentence without words is translated from nothing; what does not fit is refused", () => {
    const model = make().eval();
    const name = model.constructor.name;
    scope(() => {
      const { logits } = model.forward(source, inputs, { lengths: tensor([0, 0, 0], "i32") });
      expect(logits.data().every(Number.isFinite)).toBe(true);
      expect(() =>
        model.forward(
          table([
            [6, 0],
            [0, 0],
            [0, 0],
          ]),
          inputs,
        ),
      ).toThrow(IndexError);
      expect(() => model.forward(source, table([[5], [0], [0]]))).toThrow(IndexError);
      expect(() => model.forward(source, inputs.slice(0, 1))).toThrow(/one row for each sentence/);
      expect(() => model.forward(source, inputs.slice(1, 0, 0))).toThrow(
        new RegExp(`${name}: inputs must have at least one`),
      );
      expect(() => model.forward(source, inputs, { lengths: tensor([6, 1, 1], "i32") })).toThrow(IndexError);
      expect(() => model.forward(source, inputs, { teacherForcing: 2 })).toThrow(/teacherForcing must be in \[0, 1\]/);
      expect(() => model.start(source.at(0) as never)).toThrow(ShapeError);
    });
    model.dispose();
  });
});

describe("the parts", () => {
  test("tied embeddings are one parameter, learned from both ends", () => {
    const model = new AttentionSeq2Seq(6, 5, 4, { tiedEmbeddings: true });
    expect(model.decoder.head.weight).toBe(model.decoder.embedding.weight);
    expect(model.parameters().filter(({ shape }) => shape.join() === "5,4").length).toBe(1);
    const same = decodeModel(encodeModel(model, { layers }), { layers }) as AttentionSeq2Seq;
    expect(same.decoder.head.weight).toBe(same.decoder.embedding.weight);
    expect(() => new Decoder(5, 4, { tiedEmbeddings: true, embeddingSize: 3 })).toThrow(ValueError);
  });

  test.each(models)("%s knows a state that another model made, or nobody", (_, make) => {
    const model = make().eval();
    const [two, other] = [model.start(source.slice(0, 0, 2)), new Seq2Seq(6, 5, 3).eval().start(source.slice(0, 0, 2))];
    const three = model.start(source);
    const tokens = Int32Array.of(1, 1, 1);
    const [pair, [a, b]] = [Int32Array.of(1, 1), [Int32Array.of(0, 0), Int32Array.of(2, 0)]];
    expect(() => two.step(pair, other.state)).toThrow(/step: state\.h must be/);
    expect(() => two.step(tokens, three.state)).toThrow(/step: the state is of other sentences/);
    expect(() => two.reorder(three.state, a)).toThrow(/reorder: the state is of other sentences/);
    expect(() => two.reorder(two.state, b)).toThrow(/reorder: rows must be rows of the state/);
    expect(() => two.step(Int32Array.of(1, 9), two.state)).toThrow(/step: indices must be in 0…4/);
    for (const nothing of [{}, undefined, null] as never[]) {
      expect(() => two.step(pair, nothing)).toThrow(ValueError);
      expect(() => two.reorder(nothing, a)).toThrow(ValueError);
    }
    const numbers = two.step(pair, two.state);
    expect(numbers.logProbabilities.some(Number.isNaN)).toBe(false);
    const unknown = { ...numbers.state, h: numbers.state.h.mul<Shape>(NaN) };
    expect(two.step(pair, unknown).logProbabilities.every(Number.isNaN)).toBe(true);
    two.release(numbers.state);
    two.release(numbers.state);
    expect(() => two.step(pair, numbers.state)).toThrow(/step: this tensor's memory was given back/);
    for (const each of [two, other, three]) each.dispose();
    expect(() => two.dispose()).not.toThrow();
  });

  test("a decoder by itself is a language model, from zeros", () => {
    const model = new Decoder(5, 4, { cell: "gru" }).eval();
    scope(() => {
      const { logits } = model.forward(inputs);
      const state = model.zeroState(3);
      expect(apart(model.forward(inputs, state).logits, logits)).toBe(0);
      const search = model.start(state);
      const { logProbabilities, state: next } = search.step(Int32Array.of(1, 1, 1), search.state);
      expect(logProbabilities[0]).toBeCloseTo(logits.at(0, 0).softmax().log().data()[0] ?? 0, 5);
      expect(() => search.step(Int32Array.of(1), next)).toThrow(/the last token of each row/);
      search.release(next);
      search.dispose();
      expect(() => model.forward(inputs, { h: zeros([1, 2, 4]) })).toThrow(/initial.h must be/);
      expect(() => new Decoder(5, 4).forward(inputs, { h: zeros([1, 3, 4]) })).toThrow(/initial.c/);
    });
    model.dispose();
  });

  test("an attending decoder reads anything of places and features, such as the regions of a picture", () => {
    const model = new AttentionDecoder(5, 4, 7);
    const regions = new Generator(1).normal([3, 9, 7]);
    const { logits, weights } = model.forward(inputs, regions);
    expect([logits.shape, weights.shape]).toEqual([
      [3, 4, 5],
      [3, 4, 9],
    ]);
    expect(apart(weights.sum(2), zeros([3, 4]).add(1))).toBeLessThan(1e-6);
    expect(() => model.forward(inputs, regions.slice(2, 1))).toThrow(
      /states must be \(batch 3, source, sourceSize 7\)/,
    );
  });

  test("an encoder knows each word in its sentence, from both sides", () => {
    const model = new Encoder(6, 4, { bidirectional: true });
    const { output } = model.forward(source, lengths);
    expect([output.shape, model.features]).toEqual([[3, 5, 8], 8]);
    expect(output.at(1, "2:").abs().max().item()).toBe(0);
  });
});
