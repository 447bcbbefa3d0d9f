import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { Phrases, Vocabulary, Word2Vec } from "../index.ts";
import { lineSentences } from "./line-sentences.ts";

const folder = mkdtempSync(join(tmpdir(), "line-sentences-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "text.txt.gz");
writeFileSync(path, gzipSync("The cat sat.\n\nA dog, too!\n"));

test("the words of each line, as often as it is gone through", async () => {
  const sentences = lineSentences(path, { lowerCase: true });
  for (let pass = 0; pass < 2; pass++) {
    const found = [];
    for await (const sentence of sentences) found.push(sentence);
    expect(found).toEqual([["the", "cat", "sat"], [], ["a", "dog", "too"]]);
  }
});

test("a vocabulary, phrases and a model take it as it is, and hear of each pass", async () => {
  let passes = 0;
  const sentences = lineSentences(path, {
    by: "whitespace",
    onProgress: ({ bytes, totalBytes }) => void (passes += Number(bytes === totalBytes)),
  });
  const vocabulary = await Vocabulary.build(sentences, { minCount: 1 });
  expect(vocabulary.words).toContain("sat.");
  await Phrases.learn(sentences);
  const before = passes;
  const model = new Word2Vec(vocabulary, { vectorSize: 2 });
  await model.train(sentences, { epochs: 3 });
  model.dispose();
  expect(passes).toBeGreaterThanOrEqual(before + 3);
});

test("an abort, a missing file and a misspelt option name it", async () => {
  const controller = new AbortController();
  controller.abort(new Error("enough"));
  await expect(Vocabulary.build(lineSentences(path, { signal: controller.signal }))).rejects.toThrow("enough");
  await expect(Vocabulary.build(lineSentences(join(folder, "none.txt")))).rejects.toThrow(
    /^lineSentences: .*none\.txt/s,
  );
  expect(() => lineSentences(path, { lowercase: true } as never)).toThrow(/lowerCase/);
  expect(() => lineSentences(path, { by: /a/ })).toThrow(/flag g/);
});
