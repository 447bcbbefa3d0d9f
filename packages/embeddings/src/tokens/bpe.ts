import { Agenda } from "./agenda.ts";

/** What merging needs to know of the pieces. */
export interface MergeTable {
  /** The id of a piece that is normal, a user's or unused. */
  readonly ids: ReadonlyMap<string, number>;
  readonly scores: ArrayLike<number>;
  isUnused(id: number): boolean;
}

/** A stretch of a text that is one piece, or a letter that none knows. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Merges neighbours as long as what they make is a piece, the one with the highest score first and of equal ones the first in
 * the text: byte pair encoding (Sennrich et al. 2016) in sentencepiece's order.
 * @param text the normalised text @param stretches its letters, or symbols that are whole (`frozen`)
 * @param skips true if a merge is to be left out: BPE dropout (Provilkov et al. 2020)
 */
export function mergePieces(
  text: string,
  stretches: readonly (Stretch & { readonly frozen: boolean })[],
  table: MergeTable,
  skips: (() => boolean) | undefined,
): Stretch[] {
  interface Pair {
    readonly left: number;
    readonly right: number;
    readonly score: number;
    readonly start: number;
    readonly end: number;
  }
  const count = stretches.length;
  const starts = stretches.map(({ start }) => start);
  const ends = stretches.map(({ end }) => end);
  const previous = Int32Array.from({ length: count }, (_, i) => i - 1);
  const next = Int32Array.from({ length: count }, (_, i) => (i + 1 < count ? i + 1 : -1));
  const isGone = new Uint8Array(count);
  const agenda = new Agenda<Pair>((a, b) => a.score < b.score || (a.score === b.score && a.left > b.left));
  /** Of what pairs unused pieces were made, to take them apart again. */
  const madeOf = new Map<string, number>();
  const look = (left: number, right: number): void => {
    if (left < 0 || right < 0 || stretches[left]?.frozen === true || stretches[right]?.frozen === true) return;
    const [start, end] = [starts[left] ?? 0, ends[right] ?? 0];
    const piece = text.slice(start, end);
    const id = table.ids.get(piece);
    if (id === undefined) return;
    agenda.push({ left, right, score: table.scores[id] ?? 0, start, end });
    if (table.isUnused(id)) madeOf.set(piece, (ends[left] ?? 0) - start);
  };
  for (let i = 1; i < count; i++) look(i - 1, i);
  for (let top = agenda.pop(); top !== undefined; top = agenda.pop()) {
    const { left, right, start, end } = top;
    const isStale = isGone[left] === 1 || isGone[right] === 1 || starts[left] !== start || ends[right] !== end;
    if (isStale || ends[left] !== starts[right]) continue;
    if (skips?.() === true) continue;
    ends[left] = end;
    isGone[right] = 1;
    const after = next[right] ?? -1;
    next[left] = after;
    if (after >= 0) previous[after] = left;
    look(previous[left] ?? -1, left);
    look(left, after);
  }
  const found: Stretch[] = [];
  const give = (start: number, end: number): void => {
    const piece = text.slice(start, end);
    const id = table.ids.get(piece);
    const cut = id !== undefined && table.isUnused(id) ? madeOf.get(piece) : undefined;
    if (cut === undefined) {
      found.push({ start, end });
      return;
    }
    give(start, start + cut);
    give(start + cut, end);
  };
  for (let i = count > 0 ? 0 : -1; i >= 0; i = next[i] ?? -1) give(starts[i] ?? 0, ends[i] ?? 0);
  return found;
}
