import { fromArray, scope, ValueError } from "@unfoldjs/tensor-core";

/** What chances are told in. */
const MOST = 2 ** 31 - 1;

/**
 * Numbers by which words are drawn as often as count^exponent: ascending up to 2³¹ − 1, as gensim's `make_cum_table`. Powers
 * come from the core, so that they have the same bits everywhere. Words that never came, such as specials, are not drawn: 0 has no power below 0.
 * @throws ValueError if they are too large or too small for numbers
 */
export function cumulativeOf(op: string, counts: readonly number[], exponent: number): Int32Array {
  const powers = scope(() => fromArray(Float32Array.from(counts)).pow(exponent).data());
  for (const [word, count] of counts.entries()) if (count === 0) powers[word] = 0;
  const total = powers.reduce((sum, power) => sum + power, 0);
  if (!(total > 0 && total < Infinity)) {
    const came = { nsExponent: exponent, "sum of count^nsExponent": total };
    throw new ValueError(op, came, "no word could be drawn: powers are beyond what floats hold", "nsExponent: 0.75");
  }
  let so = 0;
  const numbers = Int32Array.from(powers, (power) => Math.round(((so += power) / total) * MOST));
  // All of the sum but for rounding, which is the last word's that can be drawn.
  const last = counts.findLastIndex((count) => count > 0);
  numbers.fill(MOST, Math.max(last, 0));
  return numbers;
}

/**
 * The chance of each word to be kept, times 2³¹ − 1: (√(c / t) + 1) t / c at most 1, where t is `sample` of all words, as
 * word2vec.c and gensim have it and other than the paper's formula. From 1 up `sample` is t itself.
 */
export function keepOf(counts: readonly number[], sample: number): Int32Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  // gensim: a sample from 1 up is a number of words, times (3 + √5) / 2.
  const threshold = sample < 1 ? sample * total : Math.floor((sample * (3 + Math.sqrt(5))) / 2);
  return Int32Array.from(counts, (count) => {
    const chance = count === 0 ? 1 : (Math.sqrt(count / threshold) + 1) * (threshold / count);
    return Math.floor(Math.min(chance, 1) * MOST);
  });
}
