import { Charsmap } from "./charsmap.ts";
import type { NormalizerFile } from "./model-file.ts";

/** U+2581, which stands for a space in pieces. */
export const SPACE = "\u2581";
const SPACE_POINT = 0x2581;

/** A text as pieces are looked for in it. */
export interface Normalised {
  /** Its code points, with U+2581 for spaces. */
  readonly points: Int32Array;
  /** Where in the text, in UTF-16 units, each comes from, and at last where the text ends. */
  readonly from: Int32Array;
}

/** Replaces, trims and marks spaces as sentencepiece's normalizer does. */
export class Normaliser {
  private readonly rules: Charsmap | undefined;
  private readonly file: NormalizerFile;
  private readonly suffix: boolean;
  private readonly kept: RegExp | undefined;

  /** @param kept symbols that are never replaced @param suffix whether the mark of a space follows the word @throws FormatError */
  constructor(op: string, file: NormalizerFile, kept: readonly string[] = [], suffix = false) {
    this.rules = file.charsmap.length === 0 ? undefined : new Charsmap(op, file.charsmap);
    this.file = file;
    this.suffix = suffix;
    this.kept = anyOf(kept);
  }

  normalise(text: string): Normalised {
    const { addDummyPrefix, removeExtraWhitespaces: trims, escapeWhitespaces } = this.file;
    const space = escapeWhitespaces ? SPACE_POINT : 0x20;
    const points: number[] = [];
    const from: number[] = [];
    let at = 0;
    const parts = this.parts(text);
    let part = parts.next();
    const isTrimmed = (by: string): boolean => trims && by === " ";
    while (part.done !== true && isTrimmed(part.value.by)) {
      at += part.value.length;
      part = parts.next();
    }
    if (part.done === true) return { points: new Int32Array(0), from: Int32Array.of(text.length) };
    const mark = (): void => {
      points.push(space);
      from.push(at);
    };
    if (addDummyPrefix && !this.suffix) mark();
    let afterSpace = trims;
    for (; part.done !== true; part = parts.next()) {
      const { by, length } = part.value;
      const begin = afterSpace ? by.length - by.replace(/^ +/u, "").length : 0;
      for (let i = begin; i < by.length; i++) {
        const point = by.codePointAt(i) ?? 0;
        if (point > 0xffff) i++;
        points.push(point === 0x20 ? space : point);
        from.push(at);
      }
      if (begin < by.length) afterSpace = by.endsWith(" ");
      at += length;
      if (!trims) afterSpace = false;
    }
    if (trims) {
      while (points.at(-1) === space) {
        points.pop();
        at = from.pop() ?? 0;
      }
    }
    if (addDummyPrefix && this.suffix) mark();
    from.push(at);
    return { points: Int32Array.from(points), from: Int32Array.from(from) };
  }

  /** What the text is made of, bit by bit: what each is replaced by, and how many UTF-16 units it takes. */
  private *parts(text: string): Generator<{ readonly by: string; readonly length: number }> {
    const { rules, kept } = this;
    const bytes = rules === undefined ? undefined : new TextEncoder().encode(text);
    let byte = 0;
    for (let i = 0; i < text.length;) {
      let symbol: string | undefined;
      if (kept !== undefined) {
        kept.lastIndex = i;
        symbol = kept.exec(text)?.[0];
      }
      const found = symbol === undefined && bytes !== undefined ? rules?.longest(bytes, byte) : undefined;
      if (found !== undefined) {
        let length = 0;
        const end = byte + found.length;
        while (byte < end) {
          const point = text.codePointAt(i + length) ?? 0;
          byte += bytesOf(point);
          length += point > 0xffff ? 2 : 1;
        }
        yield { by: found.by, length };
        i += length;
        continue;
      }
      const point = text.codePointAt(i) ?? 0;
      const by = symbol ?? (point >= 0xd800 && point < 0xe000 ? "\ufffd" : String.fromCodePoint(point));
      for (let at = 0; at < by.length; at++) {
        const each = by.codePointAt(at) ?? 0;
        if (each > 0xffff) at++;
        byte += bytesOf(each);
      }
      const length = symbol?.length ?? (point > 0xffff ? 2 : 1);
      yield { by, length };
      i += length;
    }
  }
}

/** How many bytes of UTF-8 a code point takes. */
export function bytesOf(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/** What finds, at a place (flag y), the longest of some symbols. */
export function anyOf(symbols: readonly string[], flags = "uy"): RegExp | undefined {
  if (symbols.length === 0) return undefined;
  const longestFirst = symbols.toSorted((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((one) => one.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"), flags);
}
