import { FormatError } from "@unfoldjs/tensor-core";
import type { WordVectors } from "../vectors/word-vectors.ts";
import type { ByteReader } from "./byte-reader.ts";
import { type ReadingRules, RowBuilder } from "./row-builder.ts";

/** How lines of text are read. */
export interface TextRules extends ReadingRules {
  /** Whether the first line holds the number of words and of features, as word2vec's and fastText's; looked at if absent. */
  readonly header?: boolean;
  /** How many numbers a line has. A word may hold spaces then; else the first line says. */
  readonly size?: number;
  /** Bytes that are no UTF-8: refused, the default, or replaced by U+FFFD. */
  readonly invalidUtf8?: "refuse" | "replace";
}

const NEWLINE = 0x0a;
const WHOLE = /^\d+ \d+\s*$/;
/** What other programs take for space; others of Unicode's spaces stand in words, as in Chinese text. */
const SPACES_BEHIND = /[ \t\v\f\r]+$/;
const AT_AN_END = /^[ \t\v\f]|[ \t\v\f]$/;

/**
 * Words and numbers in lines, as of GloVe (no header), word2vec and fastText's `.vec` (a header). The last `size` fields of a
 * line are its numbers, what stands before is the word, spaces and all.
 * @throws FormatError naming the line
 */
export async function readText(reader: ByteReader, rules: TextRules): Promise<WordVectors> {
  const decoder = new TextDecoder("utf-8", { fatal: rules.invalidUtf8 !== "replace", ignoreBOM: true });
  const lines = new Lines(reader, decoder);
  let line = await lines.next();
  if (line === undefined) throw reader.wrong("the file is empty");
  const isHeader = rules.header ?? WHOLE.test(line);
  let announced: number | undefined;
  let { size } = rules;
  if (isHeader) {
    if (!WHOLE.test(line)) throw lines.wrong("the first line must hold the number of words and of features", line);
    const [count = 0, features = 0] = line.trim().split(" ").map(Number);
    if (size !== undefined && size !== features)
      throw lines.wrong(`the header says ${features} features, and ${size} were asked for`, line);
    [announced, size] = [count, features];
    line = await lines.next();
  }
  size ??= line === undefined ? 0 : fieldsOf(line).length - 1;
  if (size < 1) throw lines.wrong("a line holds a word and its numbers, with spaces between", line ?? "");
  const builder = new RowBuilder(reader.op, size, rules);
  try {
    let count = 0;
    for (; line !== undefined && !builder.isFull; line = await lines.next()) {
      if (line === "") {
        if (await lines.isAtEnd()) break;
        throw lines.wrong("the line is empty", line);
      }
      count++;
      if (announced !== undefined && count > announced)
        throw lines.wrong(`the header says ${announced} words, and there are more`, line);
      readLine(line, size, lines, builder);
    }
    if (announced !== undefined && count < announced && !builder.isFull) {
      const fix = "the file is cut off: fetch it again";
      throw reader.wrong(`the header says ${announced} words, and there are ${count}`, fix);
    }
    return builder.build();
  } finally {
    builder.dispose();
  }
}

function readLine(line: string, size: number, lines: Lines, builder: RowBuilder): void {
  const fields = fieldsOf(line);
  const before = fields.length - size;
  if (before < 1)
    throw lines.wrong(`a word and ${size} numbers are wanted, and there are ${fields.length} fields`, line);
  const word = before === 1 ? (fields[0] ?? "") : fields.slice(0, before).join(" ");
  if (/^ *$/.test(word)) throw lines.wrong("there is no word before the numbers", line);
  const to = builder.add(word, () => ({ file: lines.reader.name, line: lines.number }));
  for (let at = 0; at < size; at++) {
    const field = fields[before + at] ?? "";
    const value = decimalOf(field);
    if (!Number.isFinite(value))
      throw lines.wrong(`field ${before + at + 1} must be a finite number: ${show(field)}`, line);
    if (to !== undefined) to[at] = value;
  }
}

/** A number as programs print it, as an f32 holds it, or NaN: `Number` takes 0x10, 0b1 and nothing at all, too. Called for each number of a file. */
export function decimalOf(field: string): number {
  const [first, second] = [field.charCodeAt(0), field.charCodeAt(1) | 0x20];
  const begins = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e; // 0 … 9 + - .
  const isOther = second === 0x78 || second === 0x6f || second === 0x62; // x o b
  return begins && !isOther ? Math.fround(Number(field)) : NaN;
}

function fieldsOf(line: string): string[] {
  return line.replace(SPACES_BEHIND, "").split(" ");
}

/** Lines with their numbers. */
class Lines {
  readonly reader: ByteReader;
  number = 0;
  private readonly decoder: TextDecoder;

  constructor(reader: ByteReader, decoder: TextDecoder) {
    this.reader = reader;
    this.decoder = decoder;
  }

  async next(): Promise<string | undefined> {
    const bytes = await this.reader.until(NEWLINE, `line ${this.number + 1}`);
    if (bytes === undefined) return undefined;
    this.number++;
    try {
      const line = this.decoder.decode(bytes);
      return line.endsWith("\r") ? line.slice(0, -1) : line;
    } catch (cause) {
      throw new FormatError(
        this.reader.op,
        { file: this.reader.name, line: this.number },
        "the line is not UTF-8",
        'invalidUtf8: "replace" puts U+FFFD where bytes are none',
        { cause },
      );
    }
  }

  async isAtEnd(): Promise<boolean> {
    return this.reader.isAtEnd();
  }

  wrong(rule: string, line: string): FormatError {
    const came = { file: this.reader.name, line: this.number, text: show(line) };
    return new FormatError(this.reader.op, came, rule);
  }
}

function show(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** Lines of word2vec's text format, or with `header: false` of GloVe's. Numbers read back as the same f32. */
export function* writeText(vectors: WordVectors, header: boolean): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  if (header) yield encoder.encode(`${vectors.length} ${vectors.size}\n`);
  const step = 1000;
  for (let start = 0; start < vectors.length; start += step) {
    const words = vectors.words.slice(start, start + step);
    const rows = vectors.vectors(words);
    const values = rows.data();
    rows.dispose();
    const lines = words.map((word, row) => {
      refuseInText(word);
      const numbers = Array.from(values.subarray(row * vectors.size, (row + 1) * vectors.size), shortest);
      return `${word} ${numbers.join(" ")}\n`;
    });
    yield encoder.encode(lines.join(""));
  }
}

/** The fewest digits that read back as the same f32. */
function shortest(value: number): string {
  for (let digits = 7; digits < 10; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}

/** @throws FormatError on a word that would not come back */
export function refuseInText(word: string, spaces = false): void {
  if (!/[\n\r]/.test(word) && !AT_AN_END.test(word) && !(spaces && word.includes(" "))) return;
  throw new FormatError(
    "saveVectors",
    { word: JSON.stringify(word) },
    spaces
      ? "this format cannot hold words with spaces or line breaks"
      : "this format cannot hold words with line breaks, or with spaces at their ends",
    'format: "unfold" can hold spaces',
  );
}
