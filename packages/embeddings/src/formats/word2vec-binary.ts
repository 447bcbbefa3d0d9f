import type { WordVectors } from "../vectors/word-vectors.ts";
import type { ByteReader } from "./byte-reader.ts";
import { type ReadingRules, RowBuilder } from "./row-builder.ts";
import { refuseInText } from "./text.ts";

const NEWLINE = 0x0a;
const SPACE = 0x20;

/**
 * word2vec's binary format: a line with the number of words and of features, then each word, a space, and its numbers as
 * little-endian f32. Some writers put a newline between words: it is no part of the next one, as in gensim.
 * @throws FormatError naming the byte
 */
export async function readWord2vecBinary(
  reader: ByteReader,
  rules: ReadingRules & { readonly invalidUtf8?: "refuse" | "replace" },
): Promise<WordVectors> {
  const header = new TextDecoder().decode(await reader.until(NEWLINE, "the header"));
  const [, words, features] = /^(\d+) (\d+)\s*$/.exec(header) ?? [];
  const [count, size] = [Number(words), Number(features)];
  if (words === undefined || size < 1 || !Number.isSafeInteger(count * size))
    throw reader.wrong("the file must begin with the number of words and of features", undefined, {
      header: JSON.stringify(header.slice(0, 60)),
    });
  const decoder = new TextDecoder("utf-8", { fatal: rules.invalidUtf8 !== "replace", ignoreBOM: true });
  const builder = new RowBuilder(reader.op, size, rules);
  try {
    for (let at = 0; at < count && !builder.isFull; at++) {
      if ((await reader.peek(1))[0] === NEWLINE) await reader.skip(1, "a newline");
      const start = reader.position;
      const name = await reader.until(SPACE, `word ${at + 1}`);
      if (name === undefined)
        throw reader.wrong(`the header says ${count} words, and there are ${at}`, "fetch it again");
      const word = decoded(decoder, name, reader, at);
      if (word === "") throw reader.wrong(`word ${at + 1} is empty`);
      const to = builder.add(word, () => ({ file: reader.name, byte: start }));
      copyFloats(await reader.exactly(size * 4, `the vector of word ${at + 1}, ${JSON.stringify(word)}`), to);
    }
    if (!builder.isFull && rules.limit === undefined) {
      const rest = await reader.peek(2);
      const isOver = rest.length === 0 || (rest.length === 1 && rest[0] === NEWLINE);
      if (!isOver) throw reader.wrong(`the header says ${count} words, and there is more behind them`);
    }
    return builder.build();
  } finally {
    builder.dispose();
  }
}

/** @throws FormatError unless bytes are UTF-8 */
export function decoded(decoder: TextDecoder, bytes: Uint8Array, reader: ByteReader, at: number): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw reader.wrong(`word ${at + 1} is not UTF-8`, 'invalidUtf8: "replace" puts U+FFFD where bytes are none');
  }
}

/** Little-endian f32s of any alignment. */
export function copyFloats(bytes: Uint8Array, to: Float32Array | undefined): void {
  if (to === undefined) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < to.length; at++) to[at] = view.getFloat32(4 * at, true);
}

/** The bytes of word2vec's binary format, as gensim writes them. */
export function* writeWord2vecBinary(vectors: WordVectors): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  yield encoder.encode(`${vectors.length} ${vectors.size}\n`);
  const step = 1000;
  for (let start = 0; start < vectors.length; start += step) {
    const words = vectors.words.slice(start, start + step);
    const rows = vectors.vectors(words);
    const values = rows.data();
    rows.dispose();
    for (const [row, word] of words.entries()) {
      refuseInText(word, true);
      const name = encoder.encode(`${word} `);
      const bytes = new Uint8Array(name.length + 4 * vectors.size);
      bytes.set(name);
      const view = new DataView(bytes.buffer);
      for (let at = 0; at < vectors.size; at++)
        view.setFloat32(name.length + 4 * at, values[row * vectors.size + at] ?? 0, true);
      yield bytes;
    }
  }
}
