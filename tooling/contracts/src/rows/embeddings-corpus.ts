import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as corpus from "@unfoldjs/embeddings/corpus";
import { countCorpus } from "@unfoldjs/embeddings/corpus";
import * as kind from "../kinds.ts";
import { call, type Rows } from "../row.ts";

const { count, given, list, options, text, truth, word } = kind;

const place = mkdtempSync(join(tmpdir(), "unfold-contracts-"));
process.once("exit", () => rmSync(place, { recursive: true, force: true }));
let made = 0;
const folder = (): string => join(place, String(made++));
const counts = await countCorpus({ documents: ["a b a"], minCount: 1, threads: 1, folder: folder() });

const document: kind.Kind = {
  ...text("a b"),
  takes: ["an empty string", "a word", "an array of words", "an empty array"],
};
const measured = kind.record({
  words: kind.from(10, "above 0"),
  length: kind.from(10, "above 0"),
  partRows: kind.record({ words: kind.anything(10), pairs: kind.from(10, "above 0") }),
  seconds: kind.record({
    words: kind.from(1, "above 0"),
    pairs: kind.from(1, "above 0"),
    merge: kind.from(1, "above 0"),
  }),
});
const above = kind.from(2, "above 0");

export const corpusRows: Rows<typeof corpus> = {
  countCorpus: call(
    {
      options: options(
        {
          documents: {
            ...list(document, 2, "an array of words", "an array of arrays", "a Float32Array", "a Set", "a Map"),
            said: ["documents", "sentence"],
          },
          folder: { make: folder, takes: [], endless: ["a word"] },
          engine: word("duckdb"),
          window: { ...count(2), takes: ["two"] },
          symmetric: truth(),
          minCount: count(1),
          maxSize: count(2),
          words: options({ by: word("whitespace"), locale: word("en"), lowerCase: truth() }),
          partWords: count(2),
          filePairs: count(2),
          totalDocuments: count(2),
          memoryLimit: word("1GB"),
          threads: { ...count(1), endless: ["2 ** 40"] },
          onProgress: kind.callable(() => undefined),
          signal: given(() => new AbortController().signal),
        },
        "documents",
        "folder",
      ),
    },
    "words",
  ),
  CorpusCounts: {
    make: { none: "countCorpus and CorpusCounts.open make it" },
    instance: () => counts,
    methods: { blocks: { seed: count(1) }, inMemory: {} },
    notPublic: ["pools", "mixed", "read"],
  },
  planCount: call({
    options: options(
      {
        words: above,
        measured,
        measuredCores: above,
        nodes: above,
        cores: above,
        memory: above,
        disk: above,
        network: above,
        writing: above,
        price: kind.finite(1),
        growth: above,
      },
      "words",
      "measured",
    ),
  }),
};
