import { borrow, type DType, type Shape, type Tensor } from "@unfoldjs/tensor-core";

/**
 * A number for each example of a batch, from its type, its shape and all its bits: equal examples have equal keys, and others, but for a
 * chance of one in 2⁵³ a pair, have others. Two lanes of MurmurHash3's 32-bit hash (Appleby 2011) with constants of their own, of
 * which 53 bits fit into a number.
 * @param x (batch, …)
 */
export function exampleKeys(x: Tensor<Shape, DType>): Float64Array {
  const [count = 0, ...rest] = x.shape;
  const size = count === 0 ? 0 : x.size / count;
  const typed = Array.from(x.dtype, (letter) => letter.charCodeAt(0)); // the bits of f16's 6e-8 are those of i32's 1
  const seed = [...typed, ...rest].reduce((mixed, each) => mixLow(mixed, each), rest.length);
  return borrow(x, (values) => {
    // Bits and not values: 0 and −0, or two NaNs, may give different features.
    const words =
      values instanceof Float32Array ? new Int32Array(values.buffer, values.byteOffset, values.length) : values;
    const keys = new Float64Array(count);
    for (let example = 0; example < count; example++) {
      keys[example] = keyOf(words, example * size, (example + 1) * size, seed);
    }
    return keys;
  });
}

function keyOf(words: ArrayLike<number>, start: number, end: number, seed: number): number {
  let [low, high] = [seed, ~seed];
  for (let at = start; at < end; at++) {
    const word = words[at] ?? 0;
    low = mixLow(low, word);
    high = mixHigh(high, word);
  }
  return (finished(high) & 0x1fffff) * 2 ** 32 + (finished(low) >>> 0);
}

function mixLow(hash: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e2d51);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
  const turned = hash ^ mixed;
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0;
}

/** With the constants of the 128-bit variant's first lane. */
function mixHigh(hash: number, word: number): number {
  let mixed = Math.imul(word, 0x239b961b);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0xab0e9789);
  const turned = hash ^ mixed;
  return (Math.imul((turned << 19) | (turned >>> 13), 5) + 0x561ccd1b) | 0;
}

function finished(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
