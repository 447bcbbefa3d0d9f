/** The scores of a chain of so many tags, of which −∞ are never taken. */
export interface ChainScores {
  readonly tags: number;
  readonly start: Float32Array;
  /** (tags, tags): from, to. */
  readonly transitions: Float32Array;
  readonly end: Float32Array;
}

/** A sequence of tags and the sum of its scores. */
export interface TagPath {
  readonly tags: number[];
  readonly score: number;
}

/**
 * The best sequences, best first: Viterbi's algorithm with the `count` best ways to each tag (Schwartz & Chow 1990). Of equals the one
 * that comes from the smaller tag.
 * @param emissions (length, tags) @returns fewer where there are not so many; of no steps one that is empty
 */
export function bestPaths(emissions: Float32Array, chain: ChainScores, count: number): TagPath[] {
  const { tags, start, transitions, end } = chain;
  const length = emissions.length / tags;
  if (length === 0) return [{ tags: [], score: 0 }];
  const ranks = Math.min(count, tags ** Math.min(length, 12)); // there are no more sequences than that
  const sources: Int32Array[] = []; // of each step, tag and rank the slot of the step before: tag · ranks + rank
  let scores = new Float64Array(tags * ranks).fill(-Infinity);
  for (let tag = 0; tag < tags; tag++) scores[tag * ranks] = (start[tag] as number) + (emissions[tag] as number);
  for (let step = 1; step < length; step++) {
    const [next, from] = [new Float64Array(tags * ranks).fill(-Infinity), new Int32Array(tags * ranks)];
    for (let to = 0; to < tags; to++) {
      const slot = to * ranks;
      for (let before = 0; before < tags * ranks; before++) {
        const score = (scores[before] as number) + (transitions[Math.floor(before / ranks) * tags + to] as number);
        insert(next, from, slot, ranks, score, before);
      }
      const emission = emissions[step * tags + to] as number;
      for (let rank = 0; rank < ranks; rank++) next[slot + rank] = (next[slot + rank] as number) + emission;
    }
    sources.push(from);
    scores = next;
  }
  const [best, last] = [new Float64Array(ranks).fill(-Infinity), new Int32Array(ranks)];
  for (let slot = 0; slot < tags * ranks; slot++) {
    insert(best, last, 0, ranks, (scores[slot] as number) + (end[Math.floor(slot / ranks)] as number), slot);
  }
  const found: TagPath[] = [];
  for (const [rank, score] of best.entries()) {
    if (score === -Infinity) break;
    found.push({ tags: traced(sources, last[rank] as number, ranks), score });
  }
  return found;
}

/** Puts a score among the best of a slot, which fall, with what it comes from. */
function insert(
  best: Float64Array,
  from: Int32Array,
  slot: number,
  ranks: number,
  score: number,
  source: number,
): void {
  const end = slot + ranks;
  if (!(score > (best[end - 1] as number))) return;
  let at = end - 1;
  while (at > slot && score > (best[at - 1] as number)) {
    best[at] = best[at - 1] as number;
    from[at] = from[at - 1] as number;
    at--;
  }
  best[at] = score;
  from[at] = source;
}

/** The tags on the way to a slot of the last step. */
function traced(sources: readonly Int32Array[], last: number, ranks: number): number[] {
  const tags = [Math.floor(last / ranks)];
  let slot = last;
  for (const from of sources.toReversed()) {
    slot = from[slot] as number;
    tags.push(Math.floor(slot / ranks));
  }
  return tags.toReversed();
}
