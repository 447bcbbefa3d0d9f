import { Generator, memory } from "@unfoldjs/tensor-core";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SentencePiece, type SentencePieceOptions } from "../text.ts";

interface Applied {
  /** Where others were taken apart than the fixture's. */
  readonly tests?: string[];
  readonly ids: number[][];
  readonly decoded: string[];
  readonly places: [number, number][][];
  readonly best?: number[][][];
}
interface Learnt extends Applied {
  readonly options: SentencePieceOptions;
  readonly pieces: [string, number][];
  /** Where it was learnt from others than the fixture's. */
  readonly texts?: string[];
  /** Ids of bytes, and what they say. */
  readonly bytes?: [number[], string][];
}

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");
/** What sentencepiece 0.2.3 gave: `tooling/oracle/embeddings/pieces.py`. */
const {
  tests: TESTS,
  cases,
  files,
} = JSON.parse(fixture("pieces.json")) as {
  readonly tests: string[];
  readonly cases: Readonly<Record<string, Learnt>>;
  readonly files: Readonly<Record<string, Applied & { readonly model: string }>>;
};
const TEXT = fixture("pieces.txt").split("\n").slice(0, -1);

function expectApplied(pieces: SentencePiece, { tests = TESTS, ids, decoded, places, best }: Applied): void {
  expect(tests.map((text) => [...pieces.encode(text)])).toEqual(ids);
  expect(ids.map((each) => pieces.decode(each))).toEqual(decoded);
  expect(
    tests.map((text) => {
      const spans = pieces.spans(text);
      return [...spans.starts].map((start, i) => [start, spans.ends[i]]);
    }),
  ).toEqual(places);
  if (best === undefined) return;
  expect(tests.slice(-best.length).map((text) => pieces.nBest(text, 4).map((way) => [...way.ids]))).toEqual(best);
}

describe.each(Object.entries(cases))("%s", (_, learnt) => {
  test("has sentencepiece's pieces and scores, and takes texts apart as it does", async () => {
    const texts = learnt.texts ?? TEXT;
    const pieces = await SentencePiece.train(texts, learnt.options);
    const called = await SentencePiece.train(() => texts.values(), learnt.options); // as everything that learns from text
    expect(called.toBytes()).toEqual(pieces.toBytes());
    expect(pieces.size).toBe(learnt.pieces.length);
    expect(learnt.pieces.map((__, id) => [pieces.token(id), pieces.score(id)])).toEqual(learnt.pieces);
    expectApplied(pieces, learnt);
    const again = new SentencePiece(pieces.toBytes());
    expectApplied(again, learnt);
    expect(again.toBytes()).toEqual(pieces.toBytes());
    for (const [ids, text] of learnt.bytes ?? []) expect(pieces.decode(ids)).toBe(text);
  });
});

describe.each(Object.entries(files))("a file of sentencepiece: %s", (_, { model, ...applied }) => {
  const bytes = Buffer.from(model, "base64");

  test("is read, takes texts apart alike, and is written with what it was", () => {
    const pieces = new SentencePiece(bytes);
    expectApplied(pieces, applied);
    expectApplied(new SentencePiece(pieces.toBytes()), applied);
    expect(new SentencePiece(pieces.toBytes()).modelType).toBe(pieces.modelType);
  });

  test("cut off anywhere it is refused", () => {
    for (let length = 0; length < bytes.length - 1; length += 97) {
      expect(() => new SentencePiece(bytes.subarray(0, length))).toThrow(/SentencePiece/);
    }
  });
});

describe("ways drawn by chance", () => {
  const unigram = new SentencePiece(Buffer.from(files["unigram"]?.model ?? "", "base64"));
  const text = "the theory of vectors";

  test("are the same of the same generator, and say the same text", () => {
    const draw = (seed: number): string[] => {
      const generator = new Generator(seed);
      return Array.from({ length: 20 }, () => unigram.sample(text, { generator, alpha: 0.2 }).join());
    };
    const drawn = draw(1);
    expect(draw(1)).toEqual(drawn);
    expect(draw(2)).not.toEqual(drawn);
    expect(new Set(drawn).size).toBeGreaterThan(10);
    for (const ids of drawn) expect(unigram.decode(ids.split(",").map(Number))).toBe(text);
  });

  test("come as often as their probability, among all and among the best", () => {
    const generator = new Generator(3);
    const ways = unigram.nBest("of", 3);
    const weights = ways.map(({ score }) => Math.exp(score));
    const among = weights.reduce((sum, weight) => sum + weight, 0);
    for (const nBestSize of [undefined, 3]) {
      const times = new Map<string, number>();
      for (let i = 0; i < 2000; i++) {
        const key = unigram
          .sample("of", { generator, alpha: 1, ...(nBestSize === undefined ? {} : { nBestSize }) })
          .join();
        times.set(key, (times.get(key) ?? 0) + 1);
      }
      // Three standard deviations of 2000 draws are at most 0.034; ways beyond the third take less than one in a hundred.
      ways.forEach(({ ids }, i) =>
        expect(Math.abs((times.get(ids.join()) ?? 0) / 2000 - (weights[i] ?? 0) / among)).toBeLessThan(0.045),
      );
    }
  });

  test("of BPE leave merges out, all of them at 1 and none at 0", () => {
    const bpe = new SentencePiece(Buffer.from(files["bpe with rules of its own"]?.model ?? "", "base64"));
    const generator = new Generator(5);
    const at = (alpha: number): Int32Array => bpe.sample(text, { generator, alpha });
    expect(at(0)).toEqual(bpe.encode(text));
    expect(at(1)).toHaveLength(text.length + 1);
    expect(at(0.5).length).toBeGreaterThan(bpe.encode(text).length);
    expect(bpe.decode(at(0.5))).toBe(text);
  });

  test("leave nothing in memory", () => {
    const before = memory().tensors;
    unigram.sample(text, { generator: new Generator(1) });
    expect(memory().tensors).toBe(before);
  });
});

test("learning tells its progress and ends with its signal", async () => {
  const told: number[] = [];
  const options = { modelType: "bpe", vocabSize: 300, characterCoverage: 0.99, normalization: "identity" } as const;
  await SentencePiece.train(TEXT, { ...options, onProgress: ({ pieces }) => told.push(pieces) });
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.length).toBeGreaterThan(50);
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(SentencePiece.train(TEXT, { ...options, signal })).rejects.toThrow("enough");
});

describe("wrong calls", () => {
  const pieces = new SentencePiece(Buffer.from(files["unigram"]?.model ?? "", "base64"));
  test.each<[SentencePieceOptions, RegExp]>([
    [{ vocabSize: 20 }, /letters and specials must find room.*larger vocabSize/s],
    [{ vocabSize: 100_000 }, /does not have as many different pieces.*vocabSize: \d+/s],
    [{ vocabSise: 100 } as SentencePieceOptions, /did you mean vocabSize/],
    [{ bosId: 0 }, /special pieces have different ids/],
    [{ userDefinedSymbols: ["<unk>"] }, /<unk> is there already/],
    [{ userDefinedSymbols: ["a", "a"] }, /each symbol is there once/],
    [{ byteFallback: true, vocabSize: 100 }, /no room for the symbols/],
    [{ characterCoverage: 0.5 }, /0\.98…1/],
  ])("train with %j", async (options, message) => {
    await expect(SentencePiece.train(TEXT, { normalization: "identity", ...options })).rejects.toThrow(message);
  });

  test("texts that are none", async () => {
    await expect(SentencePiece.train([])).rejects.toThrow(/no text to learn from/);
    await expect(SentencePiece.train("a text" as never)).rejects.toThrow(/texts/);
    await expect(SentencePiece.train([1] as never)).rejects.toThrow(/texts are strings/);
  });

  test("ids and files", () => {
    expect(() => pieces.decode([100_000])).toThrow(/ids are whole numbers 0…/);
    expect(() => pieces.token(-1)).toThrow(/SentencePiece\.token/);
    expect(() => new SentencePiece(new TextEncoder().encode("no model"))).toThrow(/SentencePiece/);
    expect(() => pieces.nBest("a", 0)).toThrow(/count/);
  });
});
