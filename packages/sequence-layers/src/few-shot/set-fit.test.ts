import { readFileSync } from "node:fs";
import { join } from "node:path";
import { backward, decodeModel, encodeModel, Linear, type Module } from "@unfoldjs/nn";
import { Generator, memory, scope, UnfoldError } from "@unfoldjs/tensor-core";
import { afterEach, describe, expect, test } from "vitest";
import { loadBert } from "../bert/load-bert.ts";
import { SentenceEncoder } from "../bert/sentence-encoder.ts";
import fixtures from "../fixtures/set-fit.json" with { type: "json" };
import tiny from "../fixtures/tiny-bert.json" with { type: "json" };
import { layers } from "../layers.ts";
import { encodeTexts } from "./encode-texts.ts";
import { drawPairs } from "./pairs.ts";
import { setFit } from "./set-fit.ts";
import { TextClassifier } from "./text-classifier.ts";
import { cosinesOf, pairBatch, scheduleOf, tune } from "./tune.ts";
import type { TuningProgress } from "./options.ts";

// tooling/oracle/few-shot says how the numbers are made: sentence-transformers' loss, and PyTorch's AdamW.

const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, "../fixtures/tiny-bert.safetensors")));
const still = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };

function encoderOf(changes: Readonly<Record<string, number>> = still): SentenceEncoder {
  return new SentenceEncoder(loadBert({ ...tiny.config, ...changes }, bytes));
}

/** What a test has made, to be given back behind it. */
const made: Module[] = [];
afterEach(() => {
  for (const each of made.splice(0)) each.dispose();
});

function own<M extends Module>(module: M): M {
  made.push(module);
  return module;
}

const tokenise = (text: string): number[] => text.split(" ").map(Number);
const asText = (tokens: readonly number[]): string => tokens.join(" ");
const numbers = (values: Iterable<number>, digits = 5): unknown[] =>
  Array.from(values, (value) => expect.closeTo(value, digits));
const pairs = fixtures.pairs.map(([first = 0, second = 0, same = 0]) => ({ first, second, isSame: same === 1 }));

/** Two kinds of texts by the tokens that they are made of, as many of each. */
function sentences(count: number, seed: number): { texts: string[]; labels: string[] } {
  const generator = new Generator(seed);
  const labels = Array.from({ length: count }, (_, at) => (at % 2 === 0 ? "low" : "high"));
  const texts = labels.map((label) => {
    const drawn = scope(() => generator.integers([4], 0, 5).toArray());
    return asText([2, ...drawn.map((token) => token + (label === "low" ? 5 : 12)), 3]);
  });
  return { texts, labels };
}

describe(`beside sentence-transformers ${fixtures["sentence-transformers"]}`, () => {
  test("vectors are the same, however many texts go through at once", async () => {
    const encoder = own(encoderOf({}));
    encoder.train();
    for (const batchSize of [1, 3, 32]) {
      const vectors = await encodeTexts(encoder, tokenise, fixtures.texts.map(asText), { batchSize });
      expect([...vectors.data()]).toEqual(numbers(fixtures.vectors));
      vectors.dispose();
    }
    expect(encoder.bert.training).toBe(true);
  });

  test("tokens may be an Int32Array, as tokenizers of @unfoldjs/embeddings give", async () => {
    const encoder = own(encoderOf({}));
    const vectors = await encodeTexts(encoder, (text) => Int32Array.from(tokenise(text)), fixtures.texts.map(asText));
    expect([...vectors.data()]).toEqual(numbers(fixtures.vectors));
    vectors.dispose();
  });

  test("a batch of pairs has the same loss and gradients", () => {
    const encoder = own(encoderOf());
    const loss = backward(encoder, () =>
      scope(() => {
        const batch = pairBatch(fixtures.texts, pairs);
        return cosinesOf(encoder, batch).sub(batch.same).square().mean();
      }),
    );
    expect(loss).toBeCloseTo(fixtures.steps[0]?.loss ?? NaN, 6);
    const gradients: Readonly<Record<string, readonly number[]>> = fixtures.gradients;
    for (const [path, { grad }] of encoder.bert.namedParameters()) {
      expect([path, grad && [...grad.data()]]).toEqual([path, gradients[path] && numbers(gradients[path])]);
    }
  });

  test("three steps lead to the same weights", async () => {
    const encoder = own(encoderOf());
    const seen: TuningProgress[] = [];
    const { learningRate, weightDecay, clipNorm, warmUp } = fixtures;
    await tune(encoder, fixtures.texts, [...pairs, ...pairs, ...pairs], {
      learningRate,
      weightDecay,
      clipNorm,
      warmUp,
      batchSize: pairs.length,
      generator: new Generator(0),
      onProgress: (progress) => void seen.push(progress),
    });
    expect(seen.map(({ loss }) => loss)).toEqual(numbers(fixtures.steps.map(({ loss }) => loss)));
    expect(seen.map(({ step, steps }) => [step, steps])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    const weights: Readonly<Record<string, readonly number[]>> = fixtures.weights;
    for (const [path, weight] of encoder.bert.namedParameters()) {
      // Adam divides by the root of squares: where a gradient is all rounding, so is its direction.
      if (path.endsWith("key.bias")) continue;
      expect([path, [...weight.data()]]).toEqual([path, numbers(weights[path] ?? [], 4)]);
    }
  });

  test("the learning rate rises for a share of the steps and falls to 0 behind them", () => {
    const factors = Array.from({ length: 6 }, (_, step) => scheduleOf(5, 0.3)(step));
    expect(factors).toEqual([0.5, 1, 1, 2 / 3, 1 / 3, 0].map((value) => expect.closeTo(value, 6) as unknown));
    expect(scheduleOf(1, 0.1)(0)).toBe(1);
    expect(scheduleOf(4, 0)(0)).toBe(1);
  });
});

describe("pairs", () => {
  test("are as many of each kind, and none comes twice before all have come", () => {
    const labels = [0, 0, 0, 1, 1, 2];
    const drawn = drawPairs(labels, 3, new Generator(4));
    const same = drawn.filter(({ isSame }) => isSame);
    expect([drawn.length, same.length]).toEqual([36, 18]);
    for (const { first, second, isSame } of drawn) expect(labels[first] === labels[second]).toBe(isSame);
    const keys = (from: typeof drawn): Set<string> => new Set(from.map(({ first, second }) => `${first} ${second}`));
    expect(keys(same).size).toBe(6 + 3 + 1); // with themselves: all that there are
    expect(keys(drawn.filter(({ isSame }) => !isSame)).size).toBe(3 * 2 + 3 + 2);
    expect(drawPairs(labels, 3, new Generator(4))).toEqual(drawn);
    expect(drawPairs(labels, 3, new Generator(5))).not.toEqual(drawn);
  });

  test("of a kind are all drawn alike", () => {
    const labels = [0, 0, 0, 0, 0, 1];
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 200; seed++) {
      // 6 of 16 pairs of one class.
      for (const { first, second, isSame } of drawPairs(labels, 1, new Generator(seed))) {
        if (isSame) counts.set(`${first} ${second}`, (counts.get(`${first} ${second}`) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(16);
    for (const count of counts.values()) expect(Math.abs(count - 75)).toBeLessThan(35); // five deviations
  });
});

describe("setFit", () => {
  const few = sentences(32, 1);
  const asked = sentences(60, 2);
  const accuracy = async (classifier: TextClassifier): Promise<number> => {
    const answers = await classifier.classify(tokenise, asked.texts);
    return answers.filter(({ label }, at) => label === asked.labels[at]).length / answers.length;
  };
  const tuning = { iterations: 1, learningRate: 0.02, batchSize: 16 };

  test("tunes what a head alone does not tell apart", async () => {
    const plain = own(await setFit(encoderOf({}), tokenise, few.texts, few.labels, { iterations: 0 }));
    const losses: number[] = [];
    const report = ({ loss }: TuningProgress): void => void losses.push(loss);
    const tuned = own(
      await setFit(encoderOf({}), tokenise, few.texts, few.labels, { ...tuning, iterations: 20, onProgress: report }),
    );
    expect(losses).toHaveLength(80);
    expect(losses.at(-1)).toBeLessThan(0.1);
    const [before, after] = [await accuracy(plain), await accuracy(tuned)];
    expect(after).toBeGreaterThan(0.95);
    expect(after).toBeGreaterThan(before);
  });

  test("leaves the encoder as it is where only the head learns", async () => {
    const encoder = own(encoderOf({}));
    const before = [...encoder.bert.embeddings.word_embeddings.weight.data()];
    const classifier = own(await setFit(encoder, tokenise, few.texts, few.labels, { iterations: 0 }));
    expect([...encoder.bert.embeddings.word_embeddings.weight.data()]).toEqual(before);
    const [answer] = await classifier.classify(tokenise, few.texts.slice(0, 1));
    expect(answer?.label).toBe(classifier.classes[(answer?.probabilities[0] ?? 0) > 0.5 ? 0 : 1]);
    expect(answer?.probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    expect(answer?.probability).toBe(Math.max(...(answer?.probabilities ?? [])));
  });

  test("gives the same classifier again from the same generator, and is read back from a file", async () => {
    const heads: number[][] = [];
    for (const seed of [3, 3, 4]) {
      const options = { ...tuning, iterations: 1, generator: new Generator(seed) };
      const classifier = own(await setFit(encoderOf({}), tokenise, few.texts, few.labels, options));
      heads.push([...classifier.head.weight.data()]);
      const read = own(decodeModel(encodeModel(classifier, { layers }), { layers }) as TextClassifier);
      expect(read.classes).toEqual(["low", "high"]);
      expect(await read.classify(tokenise, asked.texts)).toEqual(await classifier.classify(tokenise, asked.texts));
    }
    expect(heads[1]).toEqual(heads[0]);
    expect(heads[2]).not.toEqual(heads[0]);
  });

  test.each(["the signal", "the head's options", "a listener"])(
    "gives the encoder back as it was if %s ends it",
    async (what) => {
      const encoder = own(encoderOf({}));
      const before = encoder.bert.encoder.layer.flatMap((layer) => [...layer.output.dense.weight.data()]);
      const held = memory().bytes;
      const controller = new AbortController();
      const run = setFit(encoder, tokenise, few.texts, few.labels, {
        ...tuning,
        signal: controller.signal,
        ...(what === "the head's options" ? { head: { folds: -1 } } : {}),
        onProgress: ({ step }) => {
          if (step < 2) return;
          if (what === "the signal") controller.abort(new RangeError("enough"));
          if (what === "a listener") throw new RangeError("enough");
        },
      });
      await expect(run).rejects.toThrow(what === "the head's options" ? /setFit[^]*folds/ : /enough/);
      expect(encoder.bert.encoder.layer.flatMap((layer) => [...layer.output.dense.weight.data()])).toEqual(before);
      expect(encoder.bert.training).toBe(false);
      expect(memory().bytes).toBe(held);
    },
  );

  test("leaves nothing behind", async () => {
    const { bytes: held, tensors } = memory();
    const classifier = await setFit(encoderOf({}), tokenise, few.texts, few.labels, { ...tuning, iterations: 1 });
    await classifier.classify(tokenise, asked.texts);
    classifier.dispose();
    expect([memory().bytes, memory().tensors]).toEqual([held, tensors]);
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["labels", () => setFit(encoderOf(), tokenise, ["2 3"], ["a", "b"]), /one for each text/],
    ["one class", () => setFit(encoderOf(), tokenise, ["2 3"], ["a"]), /two classes/],
    ["no tokens", () => setFit(encoderOf(), () => [], ["2 3", "2"], ["a", "b"]), /from 1 to 10 tokens[^]*empty texts/],
    ["too many tokens", () => encodeTexts(encoderOf(), () => Array(11).fill(2), ["a"]), /keep the last token/],
    ["tokens of a promise", () => encodeTexts(encoderOf(), (async () => [2]) as never, ["a"]), /tokenise\(text\)/],
    ["unknown tokens", () => encodeTexts(encoderOf(), () => [99], ["a"]), /encodeTexts/],
    [
      "a misspelt option",
      () => setFit(encoderOf(), tokenise, [], [], { iteration: 1 } as never),
      /did you mean iterations/,
    ],
    ["a model", () => setFit(new Linear(1, 1) as never, tokenise, [], []), /SentenceEncoder/],
    ["a head", async () => new TextClassifier(encoderOf(), new Linear(3, 2), ["a", "b"]), /hiddenSize/],
  ])("refuses %s in words", async (_, run, message) => {
    await expect(run()).rejects.toThrow(UnfoldError);
    await expect(run()).rejects.toThrow(message);
  });
});
