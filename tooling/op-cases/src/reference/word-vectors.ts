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
  readonly order: "blocks" | "sequence";
  readonly roundWords: number;
}

export interface Loss {
  sum: number;
  steps: number;
}

const dot = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** word2vec.c's generator. */
function* drawn(state: bigint): Generator<bigint> {
  for (let at = state; ; at = (at * 25_214_903_917n + 11n) & 0xffff_ffff_ffffn) yield at >> 16n;
}

/** A word of the text with what is around it, and what it draws. */
interface Kept {
  readonly word: number;
  readonly around: readonly number[];
  readonly draws: Generator<bigint>;
}

/** What is known, told by some rows of a table. */
interface Pair {
  readonly known: readonly number[];
  readonly table: "output" | "nodes";
  readonly told: readonly { readonly row: number; readonly is: number }[];
  /** Which word of its round it is of. */
  readonly at: number;
}

/** Learns in f64, by gensim's loops: step after step, or in blocks. @returns the loss @param model changed */
export function learn(model: Model, how: Learning): Loss {
  const loss = { sum: 0, steps: 0 };
  const kept = keptOf(how);
  if (how.order === "sequence") {
    for (const one of kept) for (const pair of pairsOf(model, how, one, 0)) loss.sum += step(model, how, pair, loss);
    return loss;
  }
  for (let begin = 0; begin < kept.length; begin += how.roundWords) {
    const words = kept.slice(begin, begin + how.roundWords);
    round(
      model,
      how,
      words.flatMap((one, at) => [...pairsOf(model, how, one, at)]),
      loss,
    );
  }
  return loss;
}

/** The words that are not left out by chance. */
function keptOf(how: Learning): Kept[] {
  const random = wordsOf(how.seed, how.position);
  const block = (place: number, word: number): bigint => random.word(4 * place + word);
  let place = 0;
  return how.sentences.flatMap((words) => {
    const kept = words
      .map((word) => ({ word, place: place++ }))
      .filter((one) => how.keep === undefined || BigInt(how.keep[one.word] ?? 0) >= block(one.place, 0) >> 1n);
    return kept.map((one, i) => {
      const less = how.shrinkWindows ? Number((block(one.place, 1) * BigInt(how.window)) >> 32n) : 0;
      const around = kept.filter((_, j) => j !== i && Math.abs(j - i) <= how.window - less).map(({ word }) => word);
      return {
        word: one.word,
        around,
        draws: drawn(((block(one.place, 2) << 32n) | block(one.place, 3)) & 0xffff_ffff_ffffn),
      };
    });
  });
}

function* pairsOf(model: Model, how: Learning, { word, around, draws }: Kept, at: number): Generator<Pair> {
  if (how.bag) {
    if (around.length > 0) yield* both(model, how, around, word, draws, at);
    return;
  }
  for (const other of around) {
    const [known, target] = how.subwords === undefined ? [other, word] : [word, other];
    yield* both(model, how, [known], target, draws, at);
  }
}

function* both(
  model: Model,
  how: Learning,
  words: readonly number[],
  target: number,
  draws: Generator<bigint>,
  at: number,
): Generator<Pair> {
  const known = words.flatMap((word) => how.subwords?.[word] ?? [word]);
  if (model.nodes !== undefined) {
    const told = (how.paths?.[target] ?? []).map(({ node, second }) => ({ row: node, is: second ? 0 : 1 }));
    yield { known, table: "nodes", told, at };
  }
  if (model.output !== undefined) {
    const told = [{ row: target, is: 1 }];
    const cumulative = how.cumulative ?? [];
    for (let d = 0; d < how.negative; d++) {
      const number = Number((draws.next().value as bigint) % BigInt(cumulative.at(-1) ?? 1));
      const row = cumulative.findIndex((most) => most >= number);
      if (row !== target) told.push({ row, is: 0 });
    }
    yield { known, table: "output", told, at };
  }
}

/** Rows put together: their mean, or their sum. */
function together(model: Model, how: Learning, rows: readonly number[]): number[] {
  const scale = how.mean ? 1 / rows.length : 1;
  return upTo(model.input[0]?.length ?? 0).map(
    (d) => rows.reduce((sum, row) => sum + (model.input[row]?.[d] ?? 0), 0) * scale,
  );
}

/** Tells by a row whether it is the one; it changes, and so does `error`. @returns the loss */
function tell(row: number[], rate: number, hidden: readonly number[], error: number[], is: number): number {
  const x = dot(hidden, row);
  const lost = -Math.log(is === 1 ? sigmoid(x) : 1 - sigmoid(x));
  if (Math.abs(x) >= 6) return lost;
  const g = (is - sigmoid(x)) * rate;
  const [h, o] = [[...hidden], [...row]];
  o.forEach((value, d) => {
    error[d] = (error[d] ?? 0) + g * value;
    row[d] = value + g * (h[d] ?? 0);
  });
  return lost;
}

function move(model: Model, how: Learning, rows: readonly number[], error: readonly number[]): void {
  const share = how.mean ? 1 : 1 / rows.length;
  for (const row of rows)
    model.input[row] = (model.input[row] ?? []).map((value, d) => value + share * (error[d] ?? 0));
}

function step(model: Model, how: Learning, { known, table, told }: Pair, loss: Loss): number {
  const hidden = together(model, how, known);
  const error = hidden.map(() => 0);
  loss.steps++;
  const lost = told.map(({ row, is }) => tell(model[table]?.[row] ?? [], how.learningRate, hidden, error, is));
  move(model, how, known, error);
  return lost.reduce((a, b) => a + b, 0);
}

/** A round: diagonal after diagonal of blocks of steps, in each the blocks of its groups, in each the order of the text. */
function round(model: Model, how: Learning, pairs: readonly Pair[], loss: Loss): void {
  const GROUPS = 8;
  const isRow = !how.bag && how.subwords === undefined;
  const places = [...new Map(pairs.map((pair) => [pair.at, pair.known]))];
  const put = new Map(
    places.map(([at, known]) => [at, { hidden: together(model, how, known), error: [] as number[] }]),
  );
  for (const { error, hidden } of put.values()) error.push(...hidden.map(() => 0));
  const steps = pairs.flatMap(({ known, table, told, at }) =>
    told.map(({ row, is }) => ({
      known: isRow ? (known[0] ?? 0) : at,
      // Nodes have their numbers behind those of words.
      number: table === "output" ? row : (how.paths?.length ?? 0) + row,
      row: model[table]?.[row] ?? [],
      is,
    })),
  );
  loss.steps += pairs.length;
  for (let diagonal = 0; diagonal < GROUPS; diagonal++) {
    for (const { known, row, is } of steps.filter(
      (one) => (one.number - one.known + GROUPS * one.known) % GROUPS === diagonal,
    )) {
      const own = model.input[known] ?? [];
      const { hidden, error } = isRow ? { hidden: own, error: own } : (put.get(known) ?? { hidden: [], error: [] });
      loss.sum += tell(row, how.learningRate, hidden, error, is);
    }
  }
  if (!isRow) for (const [at, known] of places) move(model, how, known, put.get(at)?.error ?? []);
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
