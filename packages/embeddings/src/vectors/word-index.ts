/** Slots that are looked at before a list of words counts as made to collide. */
const FAR = 512;
/** Of Fibonacci hashing (Knuth, vol. 3, 6.4): 2³² / φ, odd. */
const GOLDEN = 0x9e3779b1;

/**
 * Where words stand in a list, by a table of hashes: of several hundred thousand words it is there in a quarter of the time
 * that a `Map` takes, whose engine must make each word a string of its own first.
 */
export class WordIndex {
  private readonly words: readonly string[];
  private readonly hashes: Int32Array;
  /** The place of a word + 1, at the first free slot from its hash on; 0 is free. */
  private readonly slots: Int32Array;
  private readonly shift: number;
  /** In the table's stead, where hashes do not tell words apart. */
  private readonly map: Map<string, number> | undefined;

  /** @param again called with the two places of a word that comes twice; it throws */
  constructor(words: readonly string[], again: (first: number, second: number) => never) {
    const bits = Math.max(2, 33 - Math.clz32(words.length));
    this.words = words;
    this.hashes = new Int32Array(words.length);
    this.slots = new Int32Array(2 ** bits);
    this.shift = 32 - bits;
    for (let at = 0; at < words.length; at++) {
      const word = words[at] as string;
      const hash = (this.hashes[at] = hashOf(word));
      const slot = this.slotOf(word, hash);
      if (slot === undefined) {
        this.map = mapOf(words, again);
        return;
      }
      const there = this.slots[slot] as number;
      if (there > 0) again(there - 1, at);
      this.slots[slot] = at + 1;
    }
  }

  /** The place of a word; undefined if it is not there. */
  get(word: string): number | undefined {
    if (this.map !== undefined) return this.map.get(word);
    const slot = this.slotOf(word, hashOf(word));
    const there = slot === undefined ? 0 : (this.slots[slot] as number);
    return there === 0 ? undefined : there - 1;
  }

  has(word: string): boolean {
    return this.get(word) !== undefined;
  }

  /** The slot of a word, or the free one that it would have; undefined if it lies too far from its hash. */
  private slotOf(word: string, hash: number): number | undefined {
    const { slots, hashes, words } = this;
    let slot = hash >>> this.shift;
    for (let looked = 0; looked < FAR; looked++) {
      const there = slots[slot] as number;
      if (there === 0 || (hashes[there - 1] === hash && words[there - 1] === word)) return slot;
      slot = slot + 1 === slots.length ? 0 : slot + 1;
    }
    return undefined;
  }
}

function hashOf(word: string): number {
  let hash = word.length;
  for (let at = 0; at < word.length; at++) {
    hash = Math.imul(hash ^ word.charCodeAt(at), GOLDEN);
    hash ^= hash >>> 15;
  }
  return Math.imul(hash, GOLDEN);
}

function mapOf(words: readonly string[], again: (first: number, second: number) => never): Map<string, number> {
  const map = new Map<string, number>();
  for (const [at, word] of words.entries()) {
    const first = map.get(word);
    if (first !== undefined) again(first, at);
    map.set(word, at);
  }
  return map;
}
