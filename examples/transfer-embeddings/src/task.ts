import { toEmbedding, type WordVectors } from "@unfoldjs/embeddings";
import { Adam, backward, crossEntropy, EmbeddingBag, Linear, SparseAdam } from "@unfoldjs/nn";
import { fromArray, Generator, scope, type Tensor } from "@unfoldjs/tensor-core";
import { shuffled } from "./reviews.ts";

/** How the table of words begins, and whether it learns. */
export const WAYS = ["random", "frozen", "fine-tuned"] as const;
export type Way = (typeof WAYS)[number];

/** A review in words. */
export interface Labelled {
  readonly words: readonly string[];
  readonly isGood: boolean;
}

/** What a training came to. */
export interface Outcome {
  /** On reviews that nothing was learnt from. */
  readonly accuracy: number;
  /** Passes until the loss was least on the fifth of the labels that is held back for it. */
  readonly passes: number;
  readonly seconds: number;
}

const BATCH = 32;
/** A pass of few labels has so many steps at least: it goes through them several times. */
const LEAST_STEPS = 20;
/** Passes without a smaller loss until it ends. */
const PATIENCE = 6;
/**
 * Of Adam: of 0.003, 0.01 and 0.03 the best for each way by itself, with 600 labels of a repetition that is not reported and
 * tested on reviews that are not among those of the test.
 */
const RATES: Readonly<Record<Way, number>> = { random: 0.003, frozen: 0.03, "fine-tuned": 0.01 };

/** Bags of words as a table takes them: numbers of words, and where each bag begins. */
interface Bags {
  readonly words: Int32Array;
  readonly starts: Int32Array;
  readonly labels: Int32Array;
}

/**
 * Learns from labelled reviews whether a review is good, from the mean of its words' vectors, and tests it.
 * @param learning the reviews with labels; a fifth of them say when to end
 */
export function learnt(
  vectors: WordVectors,
  way: Way,
  learning: readonly Labelled[],
  unseen: readonly Labelled[],
  seed: number,
  { mostPasses, learningRate = RATES[way] }: { readonly mostPasses: number; readonly learningRate?: number },
): Outcome {
  const began = performance.now();
  const generator = new Generator(seed);
  const mixed = shuffled(learning, seed);
  const held = Math.floor(mixed.length / 5);
  // Without vectors, nothing is known of words that no label came with.
  const known = way === "random" ? [...new Set(mixed.slice(held).flatMap(({ words }) => words))] : vectors.words;
  const numbers = new Map(known.map((word, at) => [word, at]));
  const bagsOf = (some: readonly Labelled[]): Bags => toBags(some, numbers);
  const sets = { learn: bagsOf(mixed.slice(held)), hold: bagsOf(mixed.slice(0, held)), test: bagsOf(unseen) };

  const table = new EmbeddingBag(known.length, vectors.size, { generator, sparse: true });
  const head = new Linear(vectors.size, 2, { generator });
  scope(() => {
    if (way === "random") table.weight.assign(table.weight.mul(0.1));
    else {
      const start = toEmbedding(vectors, vectors.words);
      table.weight.assign(start.weight);
      start.dispose();
    }
  });
  table.weight.frozen = way === "frozen";

  // What is frozen is put together once.
  const features = new Map(way === "frozen" ? Object.values(sets).map((set) => [set, meansOf(table, set)]) : []);
  const logits = (bags: Bags, some: ArrayLike<number>): Tensor => {
    const means = features.get(bags);
    if (means !== undefined) {
      const rows = new Float32Array(some.length * vectors.size);
      for (const [at, row] of Array.from(some).entries()) {
        rows.set(means.subarray(row * vectors.size, (row + 1) * vectors.size), at * vectors.size);
      }
      return head.forward(fromArray(rows, [some.length, vectors.size]));
    }
    return head.forward(table.forward(...picked(bags, some)));
  };
  const labelsOf = ({ labels }: Bags, some: ArrayLike<number>): Tensor<[number], "i32"> =>
    fromArray(Int32Array.from(some, (at) => labels[at] ?? 0));

  const optimizers = [
    new Adam(head.parameters(), { learningRate }),
    ...(way === "frozen" ? [] : [new SparseAdam(table.parameters(), { learningRate })]),
  ];
  const { learn } = sets;
  const count = learn.labels.length;
  const steps = Math.max(LEAST_STEPS, Math.ceil(count / BATCH));
  const learns = [...head.parameters(), ...(way === "frozen" ? [] : [table.weight])];
  let best = { loss: Infinity, passes: 0, values: learns.map((each) => each.data()) };
  let order: readonly number[] = [];
  for (let pass = 1; pass <= mostPasses && pass - best.passes <= PATIENCE; pass++) {
    for (let step = 0; step < steps; step++) {
      if (order.length === 0) order = Array.from(scope(() => generator.permutation(count).data()));
      const some = order.slice(0, BATCH);
      order = order.slice(BATCH);
      backward(way === "frozen" ? head : [head, table], () => crossEntropy(logits(learn, some), labelsOf(learn, some)));
      for (const optimizer of optimizers) optimizer.step();
    }
    const { loss } = judged(sets.hold, logits, labelsOf);
    if (loss < best.loss) best = { loss, passes: pass, values: learns.map((each) => each.data()) };
  }
  for (const [at, each] of learns.entries()) {
    scope(() => each.assign(fromArray(best.values[at] ?? new Float32Array(0), [...each.shape])));
  }
  const { accuracy } = judged(sets.test, logits, labelsOf);
  for (const each of [...optimizers, table, head]) each.dispose();
  return { accuracy, passes: best.passes, seconds: (performance.now() - began) / 1000 };
}

/** Loss and accuracy on all of a set. */
function judged(
  bags: Bags,
  logits: (bags: Bags, some: ArrayLike<number>) => Tensor,
  labelsOf: (bags: Bags, some: ArrayLike<number>) => Tensor<[number], "i32">,
): { loss: number; accuracy: number } {
  const count = bags.labels.length;
  let [loss, right] = [0, 0];
  for (let from = 0; from < count; from += 500) {
    const some = Int32Array.from({ length: Math.min(500, count - from) }, (_, at) => from + at);
    scope(() => {
      const [told, labels] = [logits(bags, some), labelsOf(bags, some)];
      loss += crossEntropy(told, labels).item() * some.length;
      const found = told.argmax(1).data();
      right += some.reduce((sum, at, i) => sum + (found[i] === bags.labels[at] ? 1 : 0), 0);
    });
  }
  return { loss: loss / count, accuracy: right / count };
}

function toBags(some: readonly Labelled[], numbers: ReadonlyMap<string, number>): Bags {
  const all = new Int32Array(some.reduce((sum, { words }) => sum + words.length, 0));
  const starts = new Int32Array(some.length + 1);
  let count = 0;
  for (const [at, { words }] of some.entries()) {
    for (const word of words) {
      const number = numbers.get(word);
      if (number !== undefined) all[count++] = number;
    }
    starts[at + 1] = count;
  }
  return { words: all.subarray(0, count), starts, labels: Int32Array.from(some, ({ isGood }) => (isGood ? 1 : 0)) };
}

/** Some bags of all: words, and where each bag begins. */
function picked({ words, starts }: Bags, some: ArrayLike<number>): [Tensor<[number], "i32">, Tensor<[number], "i32">] {
  const lists = Array.from(some, (at) => words.subarray(starts[at], starts[at + 1]));
  const all = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  const begins = new Int32Array(lists.length);
  let at = 0;
  for (const [i, list] of lists.entries()) {
    begins[i] = at;
    all.set(list, at);
    at += list.length;
  }
  return [fromArray(all), fromArray(begins)];
}

/** The mean of each bag's vectors, one after the other. */
function meansOf(table: EmbeddingBag, bags: Bags): Float32Array {
  const count = bags.labels.length;
  const means = new Float32Array(count * table.embeddingDim);
  for (let from = 0; from < count; from += 500) {
    const some = Int32Array.from({ length: Math.min(500, count - from) }, (_, at) => from + at);
    scope(() => means.set(table.forward(...picked(bags, some)).data(), from * table.embeddingDim));
  }
  return means;
}
