import { wordsOf } from "./random.ts";
import { upTo } from "./exact.ts";

/** A table, row by row. */
export type Table = number[][];

/** What is learnt. */
export interface Model {
  input: Table;
  output?: Table | undefined;
  nodes?: Table | undefined;
}

/** What word2vec.c and gensim know beside the tables. */
export interface Learning {
  readonly bag: boolean;
  /** Sentences of words. */
  readonly sentences: readonly (readonly number[])[];
  readonly cumulative?: readonly number[] | undefined;
  /** For each word the nodes above it, and which branch is taken. */
  readonly paths?: readonly (readonly { readonly node: number; readonly second: boolean }[])[] | undefined;
  readonly keep?: readonly number[] | undefined;
  readonly subwords?: readonly (readonly number[])[] | undefined;
  readonly window: number;
  readonly shrinkWindows: boolean;
  readonly negative: number;
  readonly mean: boolean;
  readonly learningRate: number;
  readonly seed: number;
  readonly position: number;
  readonly parts: number;
}

export interface Loss {
  sum: number;
  steps: number;
}

const dot = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** How far each row was bent, by its table and number. */
type Bends = Map<string, number>;

/** word2vec.c's generator. */
function* drawn(state: bigint): Generator<bigint> {
  for (let at = state; ; at = (at * 25_214_903_917n + 11n) & 0xffff_ffff_ffffn) yield at >> 16n;
}

/** Learns in parts, in f64; gensim's loops, word by word. @returns the loss @param model changed */
export function learn(model: Model, how: Learning): Loss {
  const count = how.sentences.flat().length;
  let at = 0;
  const placed = how.sentences.map((words) => {
    const start = at;
    at += words.length;
    return { start, words };
  });
  const loss = { sum: 0, steps: 0 };
  const partOf = (start: number): number =>
    upTo(how.parts).findLast((i) => start >= Math.ceil((count * i) / how.parts)) ?? 0;
  const parts = upTo(how.parts).map((i) => placed.filter(({ start }) => partOf(start) === i));
  if (how.parts === 1) {
    placed.forEach(({ start, words }) => sentence(model, how, words, start, loss, new Map()));
    return loss;
  }
  const learnt = parts.map((sentences) => {
    const own = structuredClone(model);
    const bends: Bends = new Map();
    sentences.forEach(({ start, words }) => sentence(own, how, words, start, loss, bends));
    return { own, bends };
  });
  for (const name of ["input", "output", "nodes"] as const) {
    model[name] = model[name]?.map((row, i) => {
      const each = learnt.map(({ bends }) => bends.get(`${name} ${i}`) ?? 0);
      const way = (bend: number): number => 1 - Math.exp(-bend);
      const [all, sum] = [way(each.reduce((a, b) => a + b, 0)), each.map(way).reduce((a, b) => a + b, 0)];
      const scale = sum > 0 ? all / sum : 1;
      return row.map((value, d) =>
        learnt.reduce((so, { own }) => so + scale * ((own[name]?.[i]?.[d] ?? 0) - value), value),
      );
    }) as Table;
  }
  return loss;
}

function sentence(
  model: Model,
  how: Learning,
  words: readonly number[],
  start: number,
  loss: Loss,
  bends: Bends,
): void {
  const random = wordsOf(how.seed, how.position);
  const block = (place: number, word: number): bigint => random.word(4 * place + word);
  const kept = words
    .map((word, i) => ({ word, place: start + i }))
    .filter(({ word, place }) => how.keep === undefined || BigInt(how.keep[word] ?? 0) >= block(place, 0) >> 1n);
  kept.forEach(({ word, place }, i) => {
    const less = how.shrinkWindows ? Number((block(place, 1) * BigInt(how.window)) >> 32n) : 0;
    const draws = drawn(((block(place, 2) << 32n) | block(place, 3)) & 0xffff_ffff_ffffn);
    const around = kept.filter((_, j) => j !== i && Math.abs(j - i) <= how.window - less).map((other) => other.word);
    if (how.bag) {
      if (around.length > 0) both(model, how, around, word, draws, loss, bends);
      return;
    }
    for (const other of around) {
      const [known, target] = how.subwords === undefined ? [other, word] : [word, other];
      both(model, how, [known], target, draws, loss, bends);
    }
  });
}

function both(
  model: Model,
  how: Learning,
  known: readonly number[],
  target: number,
  draws: Generator<bigint>,
  loss: Loss,
  bends: Bends,
): void {
  if (model.nodes !== undefined) {
    const path = (how.paths?.[target] ?? []).map(({ node, second }) => ({ row: node, is: second ? 0 : 1 }));
    step(model, "nodes", how, known, path, loss, bends);
  }
  if (model.output !== undefined) {
    const told = [{ row: target, is: 1 }];
    const cumulative = how.cumulative ?? [];
    for (let d = 0; d < how.negative; d++) {
      const number = Number((draws.next().value as bigint) % BigInt(cumulative.at(-1) ?? 1));
      const row = cumulative.findIndex((most) => most >= number);
      if (row !== target) told.push({ row, is: 0 });
    }
    step(model, "output", how, known, told, loss, bends);
  }
}

function step(
  model: Model,
  name: "output" | "nodes",
  how: Learning,
  known: readonly number[],
  told: readonly { readonly row: number; readonly is: number }[],
  loss: Loss,
  bends: Bends,
): void {
  const table = model[name] ?? [];
  const rows = known.flatMap((word) => how.subwords?.[word] ?? [word]);
  const size = model.input[0]?.length ?? 0;
  const scale = how.mean ? 1 / rows.length : 1;
  const hidden = upTo(size).map((d) => rows.reduce((sum, row) => sum + (model.input[row]?.[d] ?? 0), 0) * scale);
  const error = upTo(size).map(() => 0);
  const bend = (where: string, by: number): void => void bends.set(where, (bends.get(where) ?? 0) + by);
  let bent = 0;
  loss.steps++;
  for (const { row: place, is } of told) {
    const row = table[place] ?? [];
    const x = dot(hidden, row);
    loss.sum -= Math.log(is === 1 ? sigmoid(x) : 1 - sigmoid(x));
    if (Math.abs(x) >= 6) continue;
    const g = (is - sigmoid(x)) * how.learningRate;
    const steepness = how.learningRate * sigmoid(x) * (1 - sigmoid(x));
    bend(`${name} ${place}`, steepness * dot(hidden, hidden));
    bent += steepness * dot(row, row);
    row.forEach((value, d) => (error[d] = (error[d] ?? 0) + g * value));
    table[place] = row.map((value, d) => value + g * (hidden[d] ?? 0));
  }
  const share = how.mean ? 1 : 1 / rows.length;
  for (const row of rows) {
    model.input[row] = (model.input[row] ?? []).map((value, d) => value + share * (error[d] ?? 0));
    bend(`input ${row}`, bent);
  }
}

/** One side of GloVe. */
export interface Side {
  vectors: Table;
  biases: number[];
  vectorSquares: Table;
  biasSquares: number[];
}

/** Pairs in the order of their blocks, each with one step of glove.c. @returns the loss; sides are changed */
export function learnGlove(
  pairs: readonly { readonly word: number; readonly context: number; readonly weight: number; readonly log: number }[],
  words: Side,
  contexts: Side,
  rate: number,
): number {
  const GROUPS = 8;
  let loss = 0;
  const adapt = (side: Side, row: number, gradient: readonly number[], bias: number): void => {
    const squares = side.vectorSquares[row] ?? [];
    side.vectors[row] = (side.vectors[row] ?? []).map((x, d) => x - (gradient[d] ?? 0) / Math.sqrt(squares[d] ?? 1));
    side.vectorSquares[row] = squares.map((x, d) => x + (gradient[d] ?? 0) ** 2);
    side.biases[row] = (side.biases[row] ?? 0) - bias / Math.sqrt(side.biasSquares[row] ?? 1);
    side.biasSquares[row] = (side.biasSquares[row] ?? 0) + bias ** 2;
  };
  for (let diagonal = 0; diagonal < GROUPS; diagonal++) {
    for (const { word, context, weight, log } of pairs.filter(
      ({ word: w, context: c }) => ((c % GROUPS) - (w % GROUPS) + GROUPS) % GROUPS === diagonal,
    )) {
      const [w, c] = [[...(words.vectors[word] ?? [])], [...(contexts.vectors[context] ?? [])]];
      const d = dot(w, c) + (words.biases[word] ?? 0) + (contexts.biases[context] ?? 0) - log;
      loss += (weight * d * d) / 2;
      const s = rate * weight * d;
      adapt(
        words,
        word,
        c.map((x) => s * x),
        s,
      );
      adapt(
        contexts,
        context,
        w.map((x) => s * x),
        s,
      );
    }
  }
  return loss;
}
