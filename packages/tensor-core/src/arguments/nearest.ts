/** Letters and digits, without regard to case or what joins words: `keep_dims` is `keepDims`. */
function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** The first letters of a name's words: "lr" of `learningRate`. */
function initials(name: string): string {
  return plain(name.slice(0, 1) + name.slice(1).replaceAll(/[^A-Z]/g, ""));
}

/** Letters put in, left out, replaced, or swapped with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

/** How far a word is from a name; a beginning, or the initials, are nearly it. */
function farness(word: string, name: string): number {
  const [came, known] = [plain(word), plain(name)];
  if (came === known) return 0;
  const isShort = came.length >= 3 && known.startsWith(came);
  const isLong = known.length >= 3 && came.startsWith(known);
  if (isShort || isLong || (came.length >= 2 && came === initials(name))) {
    return 0.5 + Math.abs(came.length - known.length) / 100; // of several beginnings the longest
  }
  return distance(came, known);
}

/** The name that `word` was most likely meant for, if there is one like it: "keepDims" of "keepDim" and "keep_dims". */
export function nearest(word: string, names: readonly string[]): string | undefined {
  let found: string | undefined;
  let least = Math.min(Math.max(1, Math.floor(word.length / 3)), word.length - 1) + 0.1;
  for (const name of names) {
    const far = farness(word, name);
    if (far < least) [found, least] = [name, far];
  }
  return found;
}
