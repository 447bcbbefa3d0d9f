import {
  decodeVectors,
  encodeVectors,
  loadVectors,
  openVectors,
  Subwords,
  vectorBytes,
  WordVectors,
} from "@unfoldjs/embeddings";
import { fromArray, scope } from "@unfoldjs/tensor-core";
import { joined } from "./mutate.ts";
import type { Reader } from "./reader.ts";

/** Words of one byte and more, with counts and n-grams. */
function sample(): WordVectors {
  return scope(() => {
    const grams = new Subwords(
      fromArray(
        Float32Array.from({ length: 10 }, (_, at) => at / 7),
        [5, 2],
      ),
      { minLength: 2, maxLength: 3 },
    );
    const rows = fromArray(Float32Array.of(1, -2, 0.5, 3e-5, 0, 7), [3, 2]);
    const made = new WordVectors(["a", "über", "東京"], rows, { counts: Int32Array.of(9, 5, 1), subwords: grams });
    grams.dispose();
    return made;
  });
}

function written(...formats: readonly Parameters<typeof vectorBytes>[1][]): Uint8Array[] {
  using vectors = sample();
  return formats.map((format) => joined(...vectorBytes(vectors, format)));
}

/** Looks at all of it. @returns what does not hang together */
export function looked(vectors: WordVectors): string[] {
  try {
    const { words, size, length } = vectors;
    const problems = words.length === length ? [] : [`${words.length} words and ${length} rows`];
    for (const word of words.slice(0, 20)) {
      if (vectors.vector(word).length !== size) problems.push(`the vector of ${word} is not of ${size} numbers`);
    }
    if (length > 0) vectors.mostSimilar(words[0] ?? "", [], { count: 3 });
    return problems;
  } finally {
    vectors.dispose();
  }
}

const text = (...lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join("\n"));

/** Files in lines, of word2vec's binary format, of fastText and of wink-nlp: which of them is looked at. */
export const vectorsReader: Reader = {
  name: "vectors",
  files: () =>
    Promise.resolve([
      ...written("glove", "word2vec-text", "word2vec-binary", "fasttext-binary"),
      text("2 2", "new york 1 2", "a 3 4", ""),
      text("a 1\r", "b 1e-3"),
      text('{"size":2,"dimensions":2,"words":["a","]"],"vectors":{"a":[1,2,2.2,0],"]":[3,4,5,1]}}'),
    ]),
  tokens: [
    "\n",
    " ",
    "\r\n",
    "1e5",
    "NaN",
    "-",
    "3 2\n",
    '":[',
    "]",
    "\\u00e9",
    '"dimensions":',
    '"vectors":{',
    "\0",
    "\u001F\u008B",
  ],
  async read(bytes) {
    const last = bytes.at(-1) ?? 0;
    const options = {
      duplicates: last & 1 ? "refuse" : "first",
      invalidUtf8: last & 2 ? "replace" : "refuse",
      storage: last & 4 ? "f16" : "f32",
    } as const;
    return looked(await loadVectors(bytes, options));
  },
};

/** Our own file, whole and by its head. */
export const ownVectorsReader: Reader = {
  name: "vector-file",
  files: () => {
    using vectors = sample();
    using halves = vectors.to("f16");
    using whole = vectors.to("i8");
    return Promise.resolve([vectors, halves, whole].map(encodeVectors));
  },
  tokens: [
    '"vectors"',
    '"words"',
    '"scales"',
    "F16",
    "I8",
    "U8",
    "[3,2]",
    "[0,0]",
    '{"version":1}',
    "data_offsets",
    "\n",
  ],
  async read(bytes) {
    const file = await openVectors(bytes, { pageBytes: 16, pages: 2 }).catch(() => undefined);
    const known = file === undefined || file.length === 0 ? undefined : await file.vector(file.words[0] ?? "");
    const problems = known !== undefined && known.length !== file?.size ? ["a vector is not of its size"] : [];
    return [...problems, ...looked(decodeVectors(bytes))];
  },
};
