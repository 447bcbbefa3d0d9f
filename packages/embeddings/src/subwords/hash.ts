/** How words are taken apart, as fastText does. */
export interface SubwordOptions {
  /** The shortest n-grams, in characters. */
  readonly minLength: number;
  /** The longest. */
  readonly maxLength: number;
  /** Rows that n-grams share, by their hash. */
  readonly buckets: number;
}

const FNV_OFFSET = 2_166_136_261;
const FNV_PRIME = 16_777_619;
const encoder = /* @__PURE__ */ new TextEncoder();
/** The word that fastText has for the end of a line (`Dictionary::EOS`): it is not made of characters. */
const END_OF_LINE = "</s>";

/**
 * The hash of an n-gram's UTF-8 bytes: 32 bits of FNV-1a, with fastText's peculiarity that each byte counts as signed
 * (Bojanowski et al. 2017; `Dictionary::hash`).
 */
function subwordHash(bytes: Uint8Array): number {
  let hash = FNV_OFFSET;
  for (const byte of bytes) {
    hash = Math.imul(hash ^ ((byte << 24) >> 24), FNV_PRIME);
  }
  return hash >>> 0;
}

/**
 * The buckets of a word's character n-grams, in fastText's order: those of `<word>` from `minLength` to `maxLength`
 * characters, without single characters that are the word's bounds. An n-gram that occurs twice comes twice. `</s>` has none.
 * @param word as it stands in text @returns numbers below `buckets`
 */
export function subwordBuckets(word: string, { minLength, maxLength, buckets }: SubwordOptions): number[] {
  if (buckets === 0 || maxLength === 0 || word === END_OF_LINE) return [];
  const bytes = encoder.encode(`<${word}>`);
  const found: number[] = [];
  for (let start = 0; start < bytes.length; start++) {
    if (isContinuation(bytes[start])) continue;
    let end = start;
    for (let length = 1; end < bytes.length && length <= maxLength; length++) {
      do end++;
      while (end < bytes.length && isContinuation(bytes[end]));
      const isBound = length === 1 && (start === 0 || end === bytes.length);
      if (length >= minLength && !isBound) found.push(subwordHash(bytes.subarray(start, end)) % buckets);
    }
  }
  return found;
}

/** Whether a byte of UTF-8 goes on with the character before. */
function isContinuation(byte: number | undefined): boolean {
  return ((byte ?? 0) & 0xc0) === 0x80;
}
