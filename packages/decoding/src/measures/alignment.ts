/** One step of an alignment of a hypothesis with its reference. */
export interface Edit {
  readonly kind: "hit" | "substitution" | "deletion" | "insertion";
  /** What the reference has; absent for an insertion. */
  readonly reference?: string;
  /** What the hypothesis has; absent for a deletion. */
  readonly hypothesis?: string;
}

/**
 * The fewest substitutions, deletions and insertions that make a hypothesis of a reference (Levenshtein 1966).
 * @returns the edits in order, hits included
 */
export function align(reference: readonly string[], hypothesis: readonly string[]): Edit[] {
  const width = hypothesis.length + 1;
  const costs = new Int32Array((reference.length + 1) * width);
  for (let i = 0; i <= reference.length; i++) costs[i * width] = i;
  for (let j = 0; j < width; j++) costs[j] = j;
  const cost = (i: number, j: number): number => costs[i * width + j] as number;
  for (let i = 1; i <= reference.length; i++) {
    for (let j = 1; j < width; j++) {
      const changed = cost(i - 1, j - 1) + (reference[i - 1] === hypothesis[j - 1] ? 0 : 1);
      costs[i * width + j] = Math.min(changed, cost(i - 1, j) + 1, cost(i, j - 1) + 1);
    }
  }
  const edits: Edit[] = [];
  for (let [i, j] = [reference.length, hypothesis.length]; i > 0 || j > 0;) {
    const [theirs, ours] = [reference[i - 1], hypothesis[j - 1]];
    const isSame = i > 0 && j > 0 && theirs === ours;
    if (isSame && cost(i, j) === cost(i - 1, j - 1)) {
      edits.push({ kind: "hit", reference: theirs as string, hypothesis: ours as string });
      [i, j] = [i - 1, j - 1];
    } else if (i > 0 && cost(i, j) === cost(i - 1, j) + 1) {
      edits.push({ kind: "deletion", reference: theirs as string });
      i--;
    } else if (j > 0 && cost(i, j) === cost(i, j - 1) + 1) {
      edits.push({ kind: "insertion", hypothesis: ours as string });
      j--;
    } else {
      edits.push({ kind: "substitution", reference: theirs as string, hypothesis: ours as string });
      [i, j] = [i - 1, j - 1];
    }
  }
  return edits.toReversed();
}
