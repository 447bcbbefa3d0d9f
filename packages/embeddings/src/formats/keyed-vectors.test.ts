import { memory } from "@unfoldjs/tensor-core";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadVectors, saveVectors, vectorBytes } from "../index.ts";

/** What gensim 4.4 wrote: `tooling/oracle/embeddings/keyed_vectors.py`. */
const path = (name: string): string => new URL(`../fixtures/${name}`, import.meta.url).pathname;
const bytes = (name: string): Uint8Array => readFileSync(path(name));
const folder = mkdtempSync(join(tmpdir(), "keyed-"));
afterAll(() => rmSync(folder, { recursive: true }));

const WORDS = ["a", "über", "new york", "東京"];
const ROWS = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9.5],
  [-1e-3, 0, 2e5],
];
const rounded = ROWS.map((row) => Array.from(Float32Array.from(row)));

test.each(["keyed.kv", "keyed-inside.kv"])("%s of gensim is read, with its counts", async (name) => {
  const before = memory().tensors;
  {
    using vectors = await loadVectors(path(name));
    expect(vectors.words).toEqual(WORDS);
    expect(WORDS.map((word) => [...vectors.vector(word)])).toEqual(rounded);
    expect([...(vectors.counts ?? [])]).toEqual([10, 9, 8, 7]);
  }
  expect(memory().tensors).toBe(before);
});

test("bytes of both files are read, the first words alone, in halves", async () => {
  using vectors = await loadVectors(bytes("keyed.kv"), {
    vectors: bytes("keyed.kv.vectors.npy"),
    limit: 2,
    storage: "f16",
  });
  expect([vectors.words, vectors.dtype]).toEqual([WORDS.slice(0, 2), "f16"]);
});

test("KeyedVectors of a trained model are read: they have attributes that ones made by hand have not", async () => {
  using vectors = await loadVectors(path("keyed-trained.kv"));
  expect(vectors.words).toEqual(["god", "lord", "king"]);
  const [first] = [-0.01787424087524414, 0.30030909180641174]; // model.wv["god"][0], by gensim
  expect(vectors.vector("god")[0]).toBe(first);
  expect([...(vectors.counts ?? [])]).toEqual([10, 10, 5]);
});

test.each(["keyed-fasttext.kv", "keyed-fasttext-apart.kv"])("%s has the vectors of words and n-grams", async (name) => {
  const before = memory().tensors;
  {
    using vectors = await loadVectors(path(name));
    expect([vectors.words, [...(vectors.counts ?? [])]]).toEqual([
      ["god", "lord", "king"],
      [10, 10, 5],
    ]);
    // kv["king"] and kv["lordly"], which stood in no sentence, by gensim
    const king = [0.021329259499907494, -0.055915702134370804, -0.09721660614013672];
    const lordly = [0.00023861229419708252, -0.06213110685348511, -0.023520268499851227];
    expect([...vectors.vector("king")]).toEqual(king.map((each) => expect.closeTo(each, 8)));
    expect([...vectors.vector("lordly")]).toEqual(lordly.map((each) => expect.closeTo(each, 8)));
  }
  expect(memory().tensors).toBe(before);
});

test("what is written is read again, and has what gensim's has", async () => {
  using vectors = await loadVectors(path("keyed.kv"));
  const target = join(folder, "ours.kv");
  await saveVectors(vectors, target, { format: "keyed-vectors" });
  expect(readFileSync(`${target}.vectors.npy`)).toEqual(readFileSync(path("keyed.kv.vectors.npy")));
  using again = await loadVectors(target);
  expect([again.words, [...(again.counts ?? [])]]).toEqual([WORDS, [10, 9, 8, 7]]);
  expect(WORDS.map((word) => [...again.vector(word)])).toEqual(rounded);
});

describe("what is refused, by name", () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["an object of another class", () => loadVectors(path("keyed-strange.kv")), /asksFor\s+numpy\.random/],
    ["vectors that are not there", () => loadVectors(bytes("keyed.kv")), /file of their own.*vectors: npy/s],
    [
      "a file of vectors that is cut",
      () => loadVectors(bytes("keyed.kv"), { vectors: bytes("keyed.kv.vectors.npy").subarray(0, 140) }),
      /cut off in the vector of word 2/,
    ],
    [
      "one with more rows than words",
      () =>
        loadVectors(bytes("keyed.kv"), { vectors: Buffer.concat([bytes("keyed.kv.vectors.npy"), Buffer.alloc(4)]) }),
      /more behind the 4 rows/,
    ],
    [
      "one that is no .npy",
      () => loadVectors(bytes("keyed.kv"), { vectors: bytes("keyed.kv") }),
      /must be an \.npy file/,
    ],
    ["a pickle that is cut", () => loadVectors(bytes("keyed-inside.kv").subarray(0, 300)), /pickle/],
    ["a whole model", () => loadVectors(path("keyed-model.w2v")), /gensim\.models\.word2vec\.Word2Vec.*\.wv\.save/s],
    [
      "KeyedVectors of n-grams whose rows are not there",
      () => loadVectors(bytes("keyed-fasttext-apart.kv")),
      /vectors_vocab[^]*by its path/,
    ],
  ])("%s", async (_, load, message) => {
    const before = memory().tensors;
    await expect(load()).rejects.toThrow(message);
    expect(memory().tensors).toBe(before);
  });

  test("a pickle without its .npy beside it, gzip, and bytes of two files", async () => {
    copyFileSync(path("keyed.kv"), join(folder, "alone.kv"));
    await expect(loadVectors(join(folder, "alone.kv"))).rejects.toThrow(/alone\.kv\.vectors\.npy/);
    using vectors = await loadVectors(path("keyed-inside.kv"));
    const options = { format: "keyed-vectors", gzip: true } as const;
    await expect(saveVectors(vectors, join(folder, "no.kv"), options)).rejects.toThrow(/gzip/);
    expect(() => vectorBytes(vectors, "keyed-vectors" as never)).toThrow(/vectorBytes/);
  });
});
