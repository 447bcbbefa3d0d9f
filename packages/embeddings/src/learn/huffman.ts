/** The path of each word from the root of its tree. */
export interface Paths {
  /** (words + 1): where each word's begins in `steps` */
  readonly starts: Int32Array;
  /** Twice a node's number, plus 1 where the path takes its second branch. */
  readonly steps: Int32Array;
}

/**
 * Huffman's tree (1952) over words by how often they came, as word2vec.c builds it: the rarer of two that are joined is the
 * first branch. Node `i` is the i-th that was joined, so the root is the last, number words − 2.
 * @param counts in any order: specials stand before words that came more often
 */
export function huffmanPaths(counts: readonly number[]): Paths {
  const words = counts.length;
  // Leaves from the most frequent down; of words that came equally often the first is the first, as in a sorted vocabulary.
  const order = Array.from(counts.keys()).toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  const leafOf = new Int32Array(words);
  for (const [at, word] of order.entries()) leafOf[word] = at;
  const weight = Float64Array.from({ length: 2 * words }, (_, i) => counts[order[i] ?? -1] ?? Infinity);
  const parent = new Int32Array(2 * words);
  const isSecond = new Uint8Array(2 * words);
  // Two queues (van Leeuwen 1976): words from the rarest on, and joined nodes in the order they were made.
  let leaf = words - 1;
  let joined = words;
  for (let node = words; node < 2 * words - 1; node++) {
    const next = (): number => {
      if (leaf >= 0 && (joined >= node || (weight[leaf] ?? 0) < (weight[joined] ?? 0))) return leaf--;
      return joined++;
    };
    const first = next();
    const second = next();
    weight[node] = (weight[first] ?? 0) + (weight[second] ?? 0);
    parent[first] = node;
    parent[second] = node;
    isSecond[second] = 1;
  }
  const starts = new Int32Array(words + 1);
  const steps: number[] = [];
  const root = 2 * words - 2;
  for (let word = 0; word < words; word++) {
    const path: number[] = [];
    // A word alone is the root itself.
    for (let at = leafOf[word] ?? root; at !== root; at = parent[at] ?? root) {
      path.push(2 * ((parent[at] ?? root) - words) + (isSecond[at] ?? 0));
    }
    steps.push(...path.toReversed());
    starts[word + 1] = steps.length;
  }
  return { starts, steps: Int32Array.from(steps) };
}
