// The edits of TER, with the limits and the order of preference of Tercom as sacrebleu has them: another order finds other shifts.

const LONGEST_SHIFT = 10;
const FARTHEST_SHIFT = 50;
const BEAM = 25;
const MOST_SHIFTS_TRIED = 1000;

type Operation = "same" | "substitute" | "insert" | "delete";

/** How many edits make the reference of the hypothesis; a run of words that is moved is one. */
export function fewestEdits(hypothesis: readonly string[], reference: readonly string[]): number {
  if (reference.length === 0) return hypothesis.length;
  let words = hypothesis;
  let shifts = 0;
  let tried = 0;
  for (;;) {
    const found = bestShift(words, reference, tried);
    tried = found.tried;
    if (tried >= MOST_SHIFTS_TRIED || found.gain <= 0) break;
    shifts++;
    words = found.words;
  }
  return shifts + distance(words, reference).cost;
}

interface Shift {
  readonly gain: number;
  readonly words: readonly string[];
  readonly tried: number;
}

/** The shift after which the distance is smallest. */
function bestShift(hypothesis: readonly string[], reference: readonly string[], triedBefore: number): Shift {
  const before = distance(hypothesis, reference);
  const { places, wrongInReference, wrongInHypothesis } = alignment(before.operations);
  let best: { rank: readonly number[]; words: readonly string[] } | undefined;
  let tried = triedBefore;
  for (const [from, to, length] of matchingRuns(hypothesis, reference)) {
    if (!wrongInHypothesis.slice(from, from + length).includes(true)) continue;
    if (!wrongInReference.slice(to, to + length).includes(true)) continue;
    const target = places[to] as number;
    if (from <= target && target < from + length) continue;
    let previous = -1;
    for (let offset = -1; offset < length; offset++) {
      const place = to + offset;
      if (place >= places.length) break;
      const index = place === -1 ? 0 : (places[place] as number) + 1;
      if (index === previous) continue;
      previous = index;
      const words = moved(hypothesis, from, length, index);
      const rank = [before.cost - distance(words, reference).cost, length, -from, -index];
      tried++;
      if (best === undefined || isHigher(rank, best.rank)) best = { rank, words };
    }
    if (tried >= MOST_SHIFTS_TRIED) break;
  }
  return best === undefined
    ? { gain: 0, words: hypothesis, tried }
    : { gain: best.rank[0] as number, words: best.words, tried };
}

function isHigher(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, place) => value !== b[place]);
  return at >= 0 && (a[at] as number) > (b[at] as number);
}

function moved(words: readonly string[], start: number, length: number, target: number): string[] {
  const run = words.slice(start, start + length);
  if (target < start)
    return [...words.slice(0, target), ...run, ...words.slice(target, start), ...words.slice(start + length)];
  const end = target > start + length ? target : length + target;
  return [...words.slice(0, start), ...words.slice(start + length, end), ...run, ...words.slice(end)];
}

/** Runs of words that both have: where in the hypothesis, where in the reference, how long. */
function* matchingRuns(
  hypothesis: readonly string[],
  reference: readonly string[],
): Generator<[number, number, number]> {
  for (let from = 0; from < hypothesis.length; from++) {
    for (let to = 0; to < reference.length; to++) {
      if (Math.abs(to - from) > FARTHEST_SHIFT) continue;
      for (let length = 0; length < LONGEST_SHIFT && hypothesis[from + length] === reference[to + length];) {
        length++;
        yield [from, to, length];
        if (from + length === hypothesis.length || to + length === reference.length) break;
      }
    }
  }
}

/** Where each word of the reference stands in the hypothesis, and which words of both are wrong. */
function alignment(operations: readonly Operation[]): {
  places: number[];
  wrongInReference: boolean[];
  wrongInHypothesis: boolean[];
} {
  const [places, wrongInReference, wrongInHypothesis]: [number[], boolean[], boolean[]] = [[], [], []];
  let position = -1;
  for (const operation of operations) {
    // The operations make the reference of the hypothesis: what they delete is in the hypothesis alone.
    if (operation !== "insert") {
      position++;
      wrongInHypothesis.push(operation !== "same");
    }
    if (operation !== "delete") {
      places.push(position);
      wrongInReference.push(operation !== "same");
    }
  }
  return { places, wrongInReference, wrongInHypothesis };
}

/** The edit distance within a band about the diagonal, and how it comes about. */
function distance(
  hypothesis: readonly string[],
  reference: readonly string[],
): { cost: number; operations: Operation[] } {
  const [rows, columns] = [hypothesis.length, reference.length];
  const width = columns + 1;
  const costs = new Float64Array((rows + 1) * width).fill(Infinity);
  const operations = new Array<Operation>((rows + 1) * width);
  for (let column = 0; column <= columns; column++) {
    costs[column] = column;
    operations[column] = "insert";
  }
  const ratio = rows > 0 ? columns / rows : 1;
  const beam = BEAM < ratio / 2 ? Math.ceil(ratio / 2 + BEAM) : BEAM;
  for (let row = 1; row <= rows; row++) {
    const diagonal = Math.floor(row * ratio);
    const end = row === rows ? width : Math.min(width, diagonal + beam);
    for (let column = Math.max(0, diagonal - beam); column < end; column++) {
      const at = row * width + column;
      if (column === 0) {
        costs[at] = (costs[at - width] as number) + 1;
        operations[at] = "delete";
        continue;
      }
      const isSame = hypothesis[row - 1] === reference[column - 1];
      const changed = (costs[at - width - 1] as number) + (isSame ? 0 : 1);
      const [deleted, inserted] = [(costs[at - width] as number) + 1, (costs[at - 1] as number) + 1];
      // Of equal costs the first: unchanged or substituted, then deleted, then inserted.
      const least = Math.min(changed, deleted, inserted);
      costs[at] = least;
      operations[at] = changed === least ? (isSame ? "same" : "substitute") : deleted === least ? "delete" : "insert";
    }
  }
  const path: Operation[] = [];
  for (let [row, column] = [rows, columns]; row > 0 || column > 0;) {
    const operation = operations[row * width + column] as Operation;
    path.push(operation);
    if (operation !== "insert") row--;
    if (operation !== "delete") column--;
  }
  return { cost: costs[rows * width + columns] as number, operations: path.toReversed() };
}
