import { isUnfoldError, memory } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Vocabulary } from "../text/vocabulary.ts";
import { countCooccurrences } from "./cooccurrences.ts";
import { FastText } from "./fast-text.ts";
import { GloVe } from "./glove.ts";
import { Word2Vec } from "./word2vec.ts";

const TEXT = Array.from({ length: 60 }, (_, i) => ["a", `b${i % 5}`, `c${i % 3}`]);
const vocabulary = await Vocabulary.build(TEXT, { minCount: 1 });
const counts = await countCooccurrences(TEXT, vocabulary);

/** A model that has learnt for an epoch, as a file. */
async function saved(model: Word2Vec | GloVe): Promise<Uint8Array> {
  using trained = model;
  if (trained instanceof GloVe) await trained.train(counts, { epochs: 1 });
  else await trained.train(TEXT, { epochs: 1 });
  return trained.checkpoint();
}

const FILES = [
  ["Word2Vec", await saved(new Word2Vec(vocabulary, { vectorSize: 3, hierarchicalSoftmax: true })), Word2Vec.resume],
  ["FastText", await saved(new FastText(vocabulary, { vectorSize: 3, buckets: 4 })), FastText.resume],
  ["GloVe", await saved(new GloVe(vocabulary, { vectorSize: 3 })), GloVe.resume],
] as const;

/** The file with another head, whose length is written before it. */
function withHead(bytes: Uint8Array, change: (head: string) => string): Uint8Array {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const before = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  const head = new TextEncoder().encode(change(before));
  const all = new Uint8Array(8 + head.length + bytes.length - 8 - length);
  new DataView(all.buffer).setBigUint64(0, BigInt(head.length), true);
  all.set(head, 8);
  all.set(bytes.subarray(8 + length), 8 + head.length);
  return all;
}

/** What a checkpoint says beside its tensors, changed. */
function withFields(bytes: Uint8Array, change: (fields: Record<string, unknown>) => unknown): Uint8Array {
  return withHead(bytes, (text) => {
    const { ["__metadata__"]: said, ...tensors } = JSON.parse(text) as Record<string, Record<string, string>>;
    const fields = JSON.parse(said?.["unfold.words"] ?? "") as Record<string, unknown>;
    return JSON.stringify({ ...tensors, ["__metadata__"]: { "unfold.words": JSON.stringify(change(fields)) } });
  });
}

describe.each(FILES)("a checkpoint of %s", (name, bytes, resume) => {
  test.each<[string, (fields: Record<string, unknown>) => unknown]>([
    ["no training", (fields) => ({ ...fields, run: undefined })],
    ["a training that is null", (fields) => ({ ...fields, run: null })],
    ["losses that are null", (fields) => ({ ...fields, run: { ...(fields["run"] as object), losses: [null] } })],
    [
      "losses of more epochs than there are",
      (fields) => ({
        ...fields,
        run: { ...(fields["run"] as object), losses: Array.from({ length: 9 }, () => ({ sum: 0, steps: 1 })) },
      }),
    ],
    ["an epoch beyond the last", (fields) => ({ ...fields, run: { ...(fields["run"] as object), epoch: 7 } })],
    ["no settings", (fields) => ({ ...fields, settings: undefined })],
    ["settings that are a list", (fields) => ({ ...fields, settings: [] })],
    [
      "an option that there is not",
      (fields) => ({ ...fields, settings: { ...(fields["settings"] as object), depth: 3 } }),
    ],
    [
      "a setting that is missing",
      (fields) => ({ ...fields, settings: { ...(fields["settings"] as object), seed: undefined } }),
    ],
    [
      "a size that the tables have not",
      (fields) => ({ ...fields, settings: { ...(fields["settings"] as object), vectorSize: 50_000_000 } }),
    ],
    ["no vocabulary", (fields) => ({ ...fields, vocabulary: undefined })],
    [
      "a vocabulary of other words",
      (fields) => ({ ...fields, vocabulary: { ...(fields["vocabulary"] as object), words: ["a"], counts: [3] } }),
    ],
    ["a list", () => []],
    ["nothing", () => null],
  ])("with %s is refused by name", (_, change) => {
    const before = memory();
    let error: unknown;
    try {
      resume(withFields(bytes, change)).dispose();
    } catch (caught) {
      error = caught;
    }
    expect(isUnfoldError(error) && error.message).toContain(`${name}.resume`);
    expect(error).toHaveProperty("name", "FormatError");
    expect(memory().tensors).toBe(before.tensors);
    // Nothing is asked for that the file does not hold.
    expect(memory().heapBytes - before.heapBytes).toBeLessThan(2 ** 22);
  });

  test("that is cut off anywhere is refused, and with any byte changed read whole or refused", () => {
    const before = memory().tensors;
    const tried = (file: Uint8Array): void => {
      try {
        resume(file).dispose();
      } catch (error) {
        if (!isUnfoldError(error) || !error.message.startsWith(`${name}.resume`)) throw error;
      }
    };
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => resume(bytes.subarray(0, length))).toThrow(`${name}.resume`);
    }
    for (let at = 0; at < bytes.length; at += 3) tried(bytes.with(at, (bytes[at] ?? 0) ^ (1 << (at % 8))));
    expect(memory().tensors).toBe(before);
  });
});
