import { Adam, backward, crossEntropy, Embedding, Linear, Module } from "@unfoldjs/nn";
import { fromArray, Generator, oneHot, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";

/** Words of a kind, and what may follow any of them. */
const KINDS = [
  {
    words: ["orange", "apple", "grape", "cherry", "mango", "peach", "pear", "plum", "lemon", "apricot"],
    next: ["juice", "tree", "pie", "jam", "seeds", "peel", "cake", "harvest", "orchard", "basket"],
  },
  {
    words: ["dog", "cat", "horse", "cow", "sheep", "goat", "pig", "hen", "duck", "donkey"],
    next: ["runs", "sleeps", "eats", "hides", "jumps", "waits", "drinks", "follows", "returns", "wanders"],
  },
  {
    words: ["paris", "london", "rome", "cairo", "tokyo", "madrid", "lima", "oslo", "delhi", "quito"],
    next: ["airport", "station", "museum", "bridge", "mayor", "subway", "stadium", "suburbs", "hotel", "harbour"],
  },
  {
    words: ["king", "teacher", "nurse", "painter", "baker", "lawyer", "judge", "doctor", "farmer", "sailor"],
    next: ["says", "writes", "thinks", "asks", "answers", "reads", "calls", "teaches", "agrees", "smiles"],
  },
] as const;

const WORDS: readonly string[] = KINDS.flatMap(({ words }) => words);
const NEXT: readonly string[] = KINDS.flatMap(({ next }) => next);
const kindOf = (list: readonly string[], at: number): number => Math.floor((at * KINDS.length) / list.length);

/** Everything that can be said in this world, in numbers. */
const ALL = WORDS.flatMap((_, word) =>
  NEXT.flatMap((__, next) => (kindOf(WORDS, word) === kindOf(NEXT, next) ? [{ word, next }] : [])),
);
/** All pairs of the world. */
export const PAIRS: number = ALL.length;

type Pair = (typeof ALL)[number];

/** How a word is put before the model that tells the next one. */
export const MODELS = ["one-hot", "embeddings"] as const;
export type Model = (typeof MODELS)[number];

/** The next word straight from the ones and zeros: each word has weights of its own, and shares them with none. */
class FromOneHot extends Module {
  static override readonly name: string = "FromOneHot";
  readonly output: Linear;

  constructor(generator: Generator) {
    super();
    this.output = new Linear(WORDS.length, NEXT.length, { generator });
  }

  override forward(words: Tensor<Shape, "i32">): Tensor {
    return this.output.forward(oneHot(words, WORDS.length).to("f32"));
  }
}

/** The next word from a few features of this one: E·o, then the same weights for all. */
class FromEmbeddings extends Module {
  static override readonly name: string = "FromEmbeddings";
  readonly table: Embedding;
  readonly output: Linear;

  constructor(features: number, generator: Generator) {
    super();
    this.table = new Embedding(WORDS.length, features, { generator });
    this.output = new Linear(features, NEXT.length, { generator });
  }

  override forward(words: Tensor<Shape, "i32">): Tensor {
    return this.output.forward(this.table.forward(words));
  }
}

/** What a model made of pairs that it never saw. */
export interface Unseen {
  /** How often the likeliest of all words that were never seen after a word is one that may follow it. */
  readonly accuracy: number;
  /** What a choice by chance would come to: the more is seen, the fewer of the others are right. */
  readonly chance: number;
  /** The place of "juice" among the words that were never seen after "apple". */
  readonly appleJuicePlace: number;
}

/**
 * Learns the next word from some of the pairs and is asked for the others. "orange juice" is always among those that are
 * seen, "apple juice" never.
 * @param share of all pairs to see
 */
export function learnPairs(
  model: Model,
  share: number,
  seed: number,
  { steps, features }: { readonly steps: number; readonly features: number },
): Unseen {
  const generator = new Generator(seed);
  const [apple, orange, juice] = [WORDS.indexOf("apple"), WORDS.indexOf("orange"), NEXT.indexOf("juice")];
  const is = (word: number) => (pair: Pair) => pair.word === word && pair.next === juice;
  const order = scope(() => generator.permutation(PAIRS).data());
  const mixed = Array.from(order, (at) => ALL[at] as Pair).filter((pair) => !is(apple)(pair) && !is(orange)(pair));
  const seen = [{ word: orange, next: juice }, ...mixed].slice(0, Math.round(share * PAIRS));

  const net = model === "one-hot" ? new FromOneHot(generator) : new FromEmbeddings(features, generator);
  const optimizer = new Adam(net.parameters(), { learningRate: 0.03 });
  scope(() => {
    const words: Tensor<Shape, "i32"> = fromArray(Int32Array.from(seen, ({ word }) => word));
    const next: Tensor<[number], "i32"> = fromArray(Int32Array.from(seen, (pair) => pair.next));
    for (let step = 0; step < steps; step++) {
      backward(net, () => crossEntropy(net.forward(words), next));
      optimizer.step();
    }
  });
  const chances = scope(() => {
    const every: Tensor<Shape, "i32"> = fromArray(Int32Array.from(WORDS.keys()));
    return net.forward(every).softmax(1).data();
  });
  optimizer.dispose();
  net.dispose();

  const after = (word: number): Set<number> =>
    new Set(seen.filter((pair) => pair.word === word).map((pair) => pair.next));
  const chance = (word: number, next: number): number => chances[word * NEXT.length + next] ?? 0;
  /** Words that were never seen after one, the likeliest first. */
  const others = (word: number): number[] => {
    const known = after(word);
    return [...NEXT.keys()].filter((next) => !known.has(next)).toSorted((a, b) => chance(word, b) - chance(word, a));
  };
  // A word of which all pairs were seen has none to ask for.
  const asked = [...WORDS.keys()].filter((word) =>
    others(word).some((next) => kindOf(NEXT, next) === kindOf(WORDS, word)),
  );
  const shareOf = (word: number): number => {
    const all = others(word);
    return all.filter((next) => kindOf(NEXT, next) === kindOf(WORDS, word)).length / all.length;
  };
  const right = asked.filter((word) => kindOf(NEXT, others(word)[0] ?? -1) === kindOf(WORDS, word));
  return {
    accuracy: right.length / asked.length,
    chance: asked.reduce((sum, word) => sum + shareOf(word), 0) / asked.length,
    appleJuicePlace: others(apple).indexOf(juice) + 1,
  };
}
