import { type Generator, scope } from "@unfoldjs/tensor-core";

/** Two texts by their places, and whether they are of one class. */
export interface Pair {
  readonly first: number;
  readonly second: number;
  readonly isSame: boolean;
}

/**
 * Pairs of texts to learn from: `iterations` of one class and as many of two for each text, drawn from all there are without one
 * coming twice before all have come, and then mixed. A text with itself is a pair of one class, as in setfit: the encoder's dropout
 * makes two vectors of it, and where a class has a single text there is no other.
 * @param labels of the texts, of two classes at least
 */
export function drawPairs(labels: readonly number[], iterations: number, generator: Generator): Pair[] {
  const below = wholeNumbers(generator);
  const count = iterations * labels.length;
  const pairs = [...dealt(sameClass(labels), count, below), ...dealt(twoClasses(labels), count, below)];
  return scope(() => Array.from(generator.permutation(pairs.length).data(), (at) => pairs[at] as Pair));
}

/** Gives a whole number from 0 up to, not including, a limit. */
type Below = (limit: number) => number;

/** Pairs of one kind: how many there are, and one by chance, all alike. */
interface Deck {
  readonly size: number;
  draw(below: Below): Pair;
}

function sameClass(labels: readonly number[]): Deck {
  const classes = placesByClass(labels);
  const size = classes.reduce((sum, own) => sum + (own.length * (own.length + 1)) / 2, 0);
  const draw = (below: Below): Pair => {
    let place = below(size);
    for (const own of classes) {
      // The pairs of a class, row by row of a triangle.
      for (let row = 0; row < own.length; place -= own.length - row, row++) {
        const [first, second] = [own[row], own[row + place]];
        if (first !== undefined && second !== undefined) return { first, second, isSame: true };
      }
    }
    throw new RangeError(`there is no pair ${place} beyond the last`);
  };
  return { size, draw };
}

function twoClasses(labels: readonly number[]): Deck {
  const all = labels.length;
  const ordered = placesByClass(labels).reduce((sum, own) => sum + own.length * (all - own.length), 0);
  const draw = (below: Below): Pair => {
    for (;;) {
      const [one, other] = [below(all), below(all)];
      if (labels[one] === labels[other]) continue;
      return { first: Math.min(one, other), second: Math.max(one, other), isSame: false };
    }
  };
  return { size: ordered / 2, draw };
}

function placesByClass(labels: readonly number[]): number[][] {
  const places = new Map<number, number[]>();
  for (const [place, label] of labels.entries()) places.set(label, [...(places.get(label) ?? []), place]);
  return [...places.values()];
}

/** So many pairs, none of which comes again before all have come. */
function dealt(deck: Deck, count: number, below: Below): Pair[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, () => {
    if (taken.size === deck.size) taken.clear();
    for (;;) {
      const pair = deck.draw(below);
      const key = `${pair.first} ${pair.second}`;
      if (taken.has(key)) continue;
      taken.add(key);
      return pair;
    }
  });
}

/** Numbers that are drawn at once, and below what. */
const [AT_ONCE, RANGE] = [1024, 2 ** 31 - 1];

function wholeNumbers(generator: Generator): Below {
  let drawn: ArrayLike<number> = [];
  let at = 0;
  return (limit) => {
    if (at === drawn.length) [drawn, at] = [scope(() => generator.integers([AT_ONCE], 0, RANGE).data()), 0];
    return Math.floor(((drawn[at++] ?? 0) / RANGE) * limit);
  };
}
