import {
  bernoulliOf,
  DTypeError,
  Generator,
  type randomFamily,
  type Shape,
  ShapeError,
  ValueError,
} from "@unfoldjs/tensor-core";
import { elements } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { below, drawn, normals, share, shuffled, wordsOf } from "../../reference/random.ts";

const none = { none: "random" } as const;
const SEED = 42;
/** A generator in its first state, and the words that it will draw. */
const fresh = (): Generator => new Generator(SEED);
const words = wordsOf(SEED);

interface Bounds {
  readonly shape: Shape;
  readonly low: number;
  readonly high: number;
}
interface Moments {
  readonly shape: Shape;
  readonly mean: number;
  readonly deviation: number;
}
interface Trial {
  readonly shape: Shape;
  readonly probability: number;
}
const shapes: readonly Shape[] = [[5, 13], []];
const EMPTY: readonly Shape[] = [[0, 3], [2, 0], [0]];
const NO_INPUTS = [] as const;
const FOUR = [[4]] as const;

export const randomCases: CasesOf<typeof randomFamily> = {
  "Generator.uniform": opCase({
    publicName: "Generator",
    draws: [],
    call: (_, { shape, low, high }: Bounds) => fresh().uniform(shape, low, high),
    reference: (_, { shape, low, high }: Bounds) => drawn(shape, (i) => low + share(words.word(i)) * (high - low)),
    gradient: none,
    rows: shapes.map((shape) => ({ inputs: NO_INPUTS, attributes: { shape, low: -1, high: 3 } })),
    empty: EMPTY.map((shape) => ({ inputs: NO_INPUTS, attributes: { shape, low: -1, high: 3 } })),
    errors: [
      { inputs: NO_INPUTS, attributes: { shape: [2], low: 1, high: 1 }, throws: ValueError, message: /low < high/ },
    ],
    speed: [{ inputs: NO_INPUTS, attributes: { shape: [1000, 1000], low: 0, high: 1 } }],
  }),
  "Generator.normal": opCase({
    publicName: "Generator",
    draws: [],
    call: (_, { shape, mean, deviation }: Moments) => fresh().normal(shape, mean, deviation),
    reference: (_, { shape, mean, deviation }: Moments) => {
      const values = normals(
        words,
        shape.reduce((product, size) => product * size, 1),
      );
      return { shape, values: values.map((value) => mean + deviation * value) };
    },
    gradient: none,
    rows: shapes.map((shape) => ({ inputs: NO_INPUTS, attributes: { shape, mean: 1, deviation: 2 } })),
    empty: EMPTY.map((shape) => ({ inputs: NO_INPUTS, attributes: { shape, mean: 1, deviation: 2 } })),
    errors: [
      {
        inputs: NO_INPUTS,
        attributes: { shape: [2], mean: 0, deviation: -1 },
        throws: ValueError,
        message: /deviation from 0 up/,
      },
    ],
    speed: [{ inputs: NO_INPUTS, attributes: { shape: [1000, 1000], mean: 0, deviation: 1 } }],
  }),
  "Generator.integers": opCase({
    publicName: "Generator",
    draws: [],
    call: (_, { shape, low, high }: Bounds) => fresh().integers(shape, low, high),
    reference: (_, { shape, low, high }: Bounds) => drawn(shape, (i) => low + below(words, i, high - low)),
    gradient: none,
    rows: [
      ...shapes.map((shape) => ({ inputs: NO_INPUTS, attributes: { shape, low: -3, high: 4 } })),
      // Nearly half of all words are drawn again.
      { inputs: NO_INPUTS, attributes: { shape: [50], low: -(2 ** 31), high: 5 } },
    ],
    empty: EMPTY.map((shape) => ({ inputs: NO_INPUTS, attributes: { shape, low: -3, high: 4 } })),
    errors: [
      {
        inputs: NO_INPUTS,
        attributes: { shape: [2], low: 0, high: 0.5 },
        throws: ValueError,
        message: /whole numbers/,
      },
    ],
    speed: [{ inputs: NO_INPUTS, attributes: { shape: [1000, 1000], low: 0, high: 10 } }],
  }),
  "Generator.bernoulli": opCase({
    publicName: "Generator",
    draws: [],
    call: (_, { shape, probability }: Trial) => fresh().bernoulli(shape, probability),
    reference: (_, { shape, probability }: Trial) => drawn(shape, (i) => (share(words.word(i)) < probability ? 1 : 0)),
    gradient: none,
    rows: [
      ...shapes.map((shape) => ({ inputs: NO_INPUTS, attributes: { shape, probability: 0.3 } })),
      { inputs: NO_INPUTS, attributes: { shape: [7], probability: 1 } },
    ],
    empty: EMPTY.map((shape) => ({ inputs: NO_INPUTS, attributes: { shape, probability: 0.3 } })),
    errors: [
      { inputs: NO_INPUTS, attributes: { shape: [2], probability: 1.5 }, throws: ValueError, message: /0 to 1/ },
    ],
    speed: [{ inputs: NO_INPUTS, attributes: { shape: [1000, 1000], probability: 0.5 } }],
  }),
  "Generator.stream": opCase({
    publicName: "Generator",
    draws: [],
    call: (_, { before }: { before: number }) => {
      const generator = new Generator(SEED + 2 ** 33);
      generator.reserve(before);
      return generator.stream(7);
    },
    reference: (_, { before }: { before: number }) => ({
      shape: [4],
      values: [SEED, 2, before % 2 ** 32, Math.floor(before / 2 ** 32)],
    }),
    gradient: none,
    rows: [0, 5, 2 ** 34 + 3].map((before) => ({ inputs: NO_INPUTS, attributes: { before } })),
    empty: { none: "always four words" },
  }),
  bernoulliOf: opCase({
    draws: [elements([SEED, 3, 7, 1], "i32")],
    call: ([stream], { shape, probability }: Trial) => bernoulliOf(stream, shape, probability, 2),
    reference: ([{ values }], { shape, probability }: Trial) => {
      const [a = 0, b = 0, c = 0, d = 0] = values;
      const from = wordsOf(a + 2 ** 32 * b, c + 2 ** 32 * d);
      return drawn(shape, (i) => (share(from.word(i)) < probability ? 2 : 0));
    },
    gradient: none,
    rows: shapes.map((shape) => ({ inputs: FOUR, attributes: { shape, probability: 0.3 } })),
    empty: EMPTY.map((shape) => ({ inputs: FOUR, attributes: { shape, probability: 0.3 } })),
    errors: [
      { inputs: [[4]], attributes: { shape: [2], probability: 1.5 }, throws: ValueError, message: /from 0 to 1/ },
      { inputs: [[3]], attributes: { shape: [2], probability: 0.5 }, throws: ShapeError, message: /must be \[4\]/ },
      {
        inputs: [{ shape: [4], draw: elements([SEED, 3, 7, 1]) }],
        attributes: { shape: [2], probability: 0.5 },
        throws: DTypeError,
        message: /must be i32/,
      },
    ],
  }),
  "Generator.permutation": opCase({
    publicName: "Generator",
    draws: [],
    call: (_, { count }: { count: number }) => fresh().permutation(count),
    reference: (_, { count }: { count: number }) => ({ shape: [count], values: shuffled(words, count) }),
    gradient: none,
    rows: [1, 2, 23].map((count) => ({ inputs: NO_INPUTS, attributes: { count } })),
    empty: [{ inputs: NO_INPUTS, attributes: { count: 0 } }],
    errors: [
      { inputs: NO_INPUTS, attributes: { count: -1 }, throws: ValueError, message: /whole number from 0 up/ },
      { inputs: NO_INPUTS, attributes: { count: 2 ** 31 }, throws: ShapeError, message: /does not fit/ },
    ],
    speed: [{ inputs: NO_INPUTS, attributes: { count: 100_000 } }],
  }),
};
