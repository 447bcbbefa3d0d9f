/** Uniform numbers in [0, 1) from a seed: mulberry32 (T. Ettinger, 2017, public domain). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `length` numbers, uniform in [-limit, limit). Never zeros: memory that was never written reads faster or slower. */
export function randomArray(next: () => number, length: number, limit = 1): Float32Array {
  return Float32Array.from({ length }, () => (2 * next() - 1) * limit);
}
