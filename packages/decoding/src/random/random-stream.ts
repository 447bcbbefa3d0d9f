/**
 * Reproducible random numbers: xoshiro128** (Blackman & Vigna 2018), seeded by splitmix32. A stream is told apart from others
 * of the same seed by its number, so sentences and samples draw independently, whatever else is in the batch.
 */
export class RandomStream {
  readonly #words: Uint32Array = new Uint32Array(4);

  /** @param seed any number @param stream which of the seed's streams */
  constructor(seed: number, ...stream: readonly number[]) {
    let state = hash(Math.floor(seed / 2 ** 32) >>> 0, 0x9e3779b9) ^ (seed >>> 0);
    for (const number of stream) state = hash(number >>> 0, hash(state, 0x85ebca6b));
    for (let at = 0; at < 4; at++) {
      state = (state + 0x9e3779b9) >>> 0;
      this.#words[at] = hash(state, 0);
    }
    if (this.#words.every((word) => word === 0)) this.#words[0] = 1; // the one state that never leaves itself
  }

  /** Uniform in [0, 1), in steps of 2⁻⁵³. */
  uniform(): number {
    return ((this.#next() >>> 5) * 2 ** 26 + (this.#next() >>> 6)) / 2 ** 53;
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard Gumbel: −log(−log u). */
  gumbel(): number {
    let u = this.uniform();
    while (u === 0) u = this.uniform();
    return -Math.log(-Math.log(u));
  }

  #next(): number {
    const words = this.#words;
    const [a, b, c, d] = [words[0] as number, words[1] as number, words[2] as number, words[3] as number];
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    words[0] = a ^ d ^ b;
    words[1] = b ^ c ^ a;
    words[2] = c ^ a ^ (b << 9);
    words[3] = rotate(d ^ b, 11);
    return result;
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Splitmix32's finaliser over a sum. */
function hash(word: number, salt: number): number {
  let x = (word + salt) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
