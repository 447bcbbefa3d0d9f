import { loadVectors } from "@unfoldjs/embeddings";
import { SentencePiece } from "@unfoldjs/embeddings/text";
import { readFileSync } from "node:fs";
import type { Reader } from "./reader.ts";
import { looked } from "./vectors.ts";

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../../packages/embeddings/src/fixtures/${name}`, import.meta.url)));

/** A text with letters that no model has, symbols, and spaces of several kinds. */
const TEXT = "a text, é\u00a0東京 ab  xyz";
const LINES = ["a text of words", "words and texts", "a word of a text", "the words"];

/** Models of sentencepiece: what is read takes texts apart and puts them together. */
export const piecesReader: Reader = {
  name: "pieces",
  async files() {
    const common = { normalization: "identity" } as const;
    const models = await Promise.all([
      SentencePiece.train(LINES, { ...common, modelType: "bpe", vocabSize: 24, userDefinedSymbols: ["ab"] }),
      SentencePiece.train(LINES, { ...common, vocabSize: 20 }),
      SentencePiece.train(LINES, { ...common, vocabSize: 276, byteFallback: true, addDummyPrefix: false }),
    ]);
    // With rules of its own, compiled by sentencepiece.
    const { files } = JSON.parse(new TextDecoder().decode(fixture("pieces.json"))) as {
      readonly files: Readonly<Record<string, { readonly model: string }>>;
    };
    const own = Buffer.from(files["bpe with rules of its own"]?.model ?? "", "base64");
    return [...models.map((model) => model.toBytes()), new Uint8Array(own)];
  },
  tokens: [
    "\n\u0007",
    "\u0015",
    "\u0018\u0002",
    "<unk>",
    "<0x41>",
    "▁",
    "▅",
    "\u001A",
    "identity",
    "\0",
    "\u0080\u0001",
  ],
  read(bytes) {
    const pieces = new SentencePiece(bytes);
    const problems: string[] = [];
    const ids = pieces.encode(TEXT);
    const { starts, ends } = pieces.spans(TEXT);
    for (const id of ids) if (!(id >= 0 && id < pieces.size)) problems.push(`${id} is no id`);
    for (const [i, start] of starts.entries()) {
      if (!(start >= 0 && start <= (ends[i] ?? -1) && (ends[i] ?? -1) <= TEXT.length)) problems.push("a place is none");
    }
    if (typeof pieces.decode(ids) !== "string") problems.push("what is decoded is no text");
    if (pieces.modelType === "unigram") pieces.nBest("ab x", 3);
    const again = new SentencePiece(pieces.toBytes()).encode(TEXT);
    if (again.join() !== ids.join()) problems.push("what is written and read again gives other ids");
    return problems;
  },
};

/** gensim's KeyedVectors: a pickle with its vectors, and one whose vectors are in a file of their own. */
export const keyedVectorsReader: Reader = {
  name: "keyed-vectors",
  files: () => Promise.resolve([fixture("keyed-inside.kv"), fixture("keyed.kv"), fixture("keyed.kv.vectors.npy")]),
  tokens: [
    "KeyedVectors",
    "numpy",
    "dtype",
    "\u0081",
    "b.",
    "R",
    "(",
    "t",
    "N",
    "'shape': (4, 3)",
    "<f8",
    "<f4",
    "C\u0008",
  ],
  async read(bytes) {
    const isArray = bytes[0] === 0x93;
    const vectors = isArray ? bytes : fixture("keyed.kv.vectors.npy");
    const pickle = isArray ? fixture("keyed.kv") : bytes;
    return looked(await loadVectors(pickle, { format: "keyed-vectors", vectors }));
  },
};
