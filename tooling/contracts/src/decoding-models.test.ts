// What a contract between two packages that do not import each other says: models of sequence-layers are what searches of
// decoding take.

import { beamSearch, greedySearch, type Model, sample } from "@unfoldjs/decoding";
import { Adam, backward } from "@unfoldjs/nn";
import {
  AttentionSeq2Seq,
  type Decodable,
  type DecoderState,
  Seq2Seq,
  sequenceCrossEntropy,
} from "@unfoldjs/sequence-layers";
import { Generator, memory, scope, type Shape, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";

/** Tokens: 0 begins, 1 ends, 2 to 4 are words. */
const [BEGIN, END, WORDS] = [0, 1, [2, 3, 4]];
type Tokens = Tensor<Shape, "i32">;
const table = (rows: readonly (readonly number[])[]): Tokens =>
  tensor(rows.flat(), "i32").reshape([rows.length, rows[0]?.length ?? 0]);
const sources = [
  [2, 3, 4],
  [4, 2, 0],
  [3, 0, 0],
];
const lengths = tensor([3, 2, 1], "i32");
const source = table(sources);

const models: readonly (readonly [string, () => Seq2Seq | AttentionSeq2Seq])[] = [
  ["Seq2Seq", () => new Seq2Seq(5, 5, 16, { generator: new Generator(2) })],
  ["AttentionSeq2Seq", () => new AttentionSeq2Seq(5, 5, 12, { generator: new Generator(2) })],
  [
    "AttentionSeq2Seq that is fed",
    () => new AttentionSeq2Seq(5, 5, 12, { generator: new Generator(2), cell: "gru", inputFeeding: true }),
  ],
];

/** The log-probability of each output of up to three tokens, by `forward` alone. */
function everyOutput(model: Seq2Seq | AttentionSeq2Seq, item: number): { tokens: number[]; logProbability: number }[] {
  const vocabulary = [BEGIN, END, ...WORDS];
  const whole = vocabulary.flatMap((first) =>
    first === END
      ? [[END]]
      : vocabulary.flatMap((second) =>
          second === END ? [[first, END]] : vocabulary.map((third) => [first, second, third]),
        ),
  );
  return scope(() => {
    const inputs = table(whole.map((tokens) => [BEGIN, ...tokens, 0, 0].slice(0, 3)));
    const all = table(whole.map(() => sources[item] ?? []));
    const same = tensor(
      whole.map(() => lengths.data()[item] ?? 0),
      "i32",
    );
    const logits: Tensor = model.forward(all, inputs, { lengths: same }).logits;
    const table3 = logits.softmax().log().toArray() as number[][][];
    return whole.map((tokens, row) => ({
      tokens,
      logProbability: tokens.reduce((sum, token, t) => sum + (table3[row]?.[t]?.[token] ?? Number.NaN), 0),
    }));
  });
}

describe.each(models)("%s", (_, make) => {
  const asked = { prompts: sources.map(() => [BEGIN]), stopTokens: END, maxLength: 3 };

  test("a beam that is wide enough finds what is likeliest among all outputs, and frees what it made", async () => {
    const model = make().eval();
    const before = memory();
    const search: Decodable = model.start(source, { lengths });
    const driven: Model<DecoderState> = search;
    const { sentences } = await beamSearch({ model: driven, ...asked, width: 64, nBest: 5 });
    for (const [item, { hypotheses }] of sentences.entries()) {
      const best = everyOutput(model, item).toSorted((a, b) => b.logProbability - a.logProbability);
      expect(hypotheses.map(({ tokens }) => [...tokens])).toEqual(best.slice(0, 5).map(({ tokens }) => tokens));
      hypotheses.forEach(({ logProbability }, at) =>
        expect(logProbability).toBeCloseTo(best[at]?.logProbability ?? 0, 4),
      );
    }
    search.dispose();
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    model.dispose();
  });

  test("once taught, it turns sentences around, and attention comes along", async () => {
    const model = make();
    const optimizer = new Adam(model.parameters(), { learningRate: 0.02 });
    const reversed = [
      [4, 3, 2, END],
      [2, 4, END, END],
      [3, END, END, END],
    ];
    const [inputs, targets] = [table(reversed.map((row) => [BEGIN, ...row.slice(0, 3)])), table(reversed)];
    const ends = tensor([4, 3, 2], "i32");
    for (let step = 0; step < 150; step++) {
      backward(
        model,
        () =>
          sequenceCrossEntropy(model.forward(source, inputs, { lengths }).logits, targets, {
            lengths: ends,
          }) as Tensor<[]>,
      );
      optimizer.step();
    }
    model.eval();
    const search = model.start(source, { lengths });
    const options = { model: search as Model<DecoderState>, ...asked, maxLength: 5 };
    const greedy = await greedySearch(options);
    const drawn = await sample({ ...options, seed: 3 });
    const beam = await beamSearch({ ...options, width: 3 });
    for (const { sentences } of [greedy, drawn, beam]) {
      const found = sentences.map(({ hypotheses: [best] }) => [...(best?.tokens ?? [])]);
      expect(found).toEqual([
        [4, 3, 2, END],
        [2, 4, END],
        [3, END],
      ]);
    }
    const attention = greedy.sentences[1]?.hypotheses[0]?.attention;
    const sums = attention?.map((weights) => Math.round(weights.reduce((sum, each) => sum + each, 0) * 1e5) / 1e5);
    expect(sums).toEqual(model instanceof Seq2Seq ? undefined : [1, 1, 1]);
    // What is beyond the sentence is not looked at.
    expect(attention?.map((weights) => weights[2])).toEqual(model instanceof Seq2Seq ? undefined : [0, 0, 0]);
    search.dispose();
    model.dispose();
    optimizer.dispose();
  });
});
