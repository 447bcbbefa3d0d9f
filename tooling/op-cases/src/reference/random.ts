import { type Exact, upTo } from "./exact.ts";

const MASK = 0xffff_ffffn;

/** A block of Philox 4×32-10 (Salmon et al. 2011, table 2) of a 64-bit counter under a 64-bit key. */
function philox(counter: bigint, attempt: bigint, seed: bigint): bigint[] {
  let [a, b, c, d] = [counter & MASK, (counter >> 32n) & MASK, attempt, 0n];
  let [k, l] = [seed & MASK, (seed >> 32n) & MASK];
  for (let round = 0; round < 10; round++) {
    const [first, second] = [0xd251_1f53n * a, 0xcd9e_8d57n * c];
    [a, b, c, d] = [(second >> 32n) ^ b ^ k, second & MASK, (first >> 32n) ^ d ^ l, first & MASK];
    [k, l] = [(k + 0x9e37_79b9n) & MASK, (l + 0xbb67_ae85n) & MASK];
  }
  return [a, b, c, d];
}

/** Random words, four a block. */
export interface Words {
  /** Word `i`; another one in its place for each attempt. */
  word(i: number, attempt?: number): bigint;
}

/** The words of a seed from a counter on. */
export function wordsOf(seed: number, counter = 0): Words {
  return {
    word: (i, attempt = 0) => {
      const block = BigInt(counter) + BigInt(Math.floor(i / 4));
      return philox(block, BigInt(attempt), BigInt(seed))[i % 4] as bigint;
    },
  };
}

/** 24 bits as a share of 1. */
export function share(word: bigint): number {
  return Number(word >> 8n) / 2 ** 24;
}

/** A whole number below n, all equally likely: Lemire 2019. */
export function below(words: Words, i: number, n: number): number {
  const surplus = 2n ** 32n % BigInt(n);
  for (let attempt = 0; ; attempt++) {
    const product = words.word(i, attempt) * BigInt(n);
    if ((product & MASK) >= surplus) return Number(product >> 32n);
  }
}

/** 0 … count − 1 in random order: Fisher & Yates, inside out. */
export function shuffled(words: Words, count: number): number[] {
  const order: number[] = [];
  for (const i of upTo(count)) {
    const place = below(words, i, i + 1);
    order.push(order[place] ?? i);
    order[place] = i;
  }
  return order;
}

/** Normal numbers by the method of Box & Muller: a group of eight from two blocks, four radii and four angles. */
export function normals(words: Words, count: number): number[] {
  return upTo(count).map((i) => {
    const [group, at] = [Math.floor(i / 8), i % 8];
    const u = (Number(words.word(8 * group + (at % 4))) + 0.5) / 2 ** 32;
    const angle = 2 * Math.PI * share(words.word(8 * group + 4 + (at % 4)));
    return Math.sqrt(-2 * Math.log(u)) * (at < 4 ? Math.cos(angle) : Math.sin(angle));
  });
}

/** As many numbers as a shape has. */
export function drawn(shape: readonly number[], one: (i: number) => number): Exact {
  return { shape, values: upTo(shape.reduce((product, size) => product * size, 1)).map(one) };
}
