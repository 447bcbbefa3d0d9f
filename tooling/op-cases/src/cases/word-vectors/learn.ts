import {
  cbowUpdate,
  DTypeError,
  fromArray,
  IndexError,
  scope,
  ShapeError,
  skipGramUpdate,
  type Tensor,
  type WordKnowledge,
  zeros,
} from "@unfoldjs/tensor-core";
import { type Draw, integers, real, uniform } from "../../draw.ts";
import { type ByName, type OpCase, opCase } from "../../op-case.ts";
import type { Exact } from "../../reference/exact.ts";
import { learn, type Model, type Table } from "../../reference/word-vectors.ts";

const none = { none: "it writes and gives nothing" } as const;

const WORDS = 7;
const MOST = 2 ** 31 - 1;
/** A text of 23 words: a long sentence, short ones, one of a word, one of none. */
const STARTS = [0, 9, 9, 10, 13, 18, 23];
const COUNT = 23;
/** Words are drawn as often as they have numbers; the third never. */
const CUMULATIVE = [0.3, 0.5, 0.5, 0.7, 0.85, 0.95, 1].map((share) => Math.round(share * MOST));
const KEEP = [0.4, 0.6, 1, 1, 0.9, 0.5, 1].map((chance) => Math.floor(chance * MOST));
/** A tree of seven leaves and six nodes, of which the root is the last. */
const PATHS = [
  [10, 8],
  [10, 9, 6],
  [10, 9, 7, 4],
  [10, 9, 7, 5],
  [11, 2, 0],
  [11, 2, 1],
  [11, 3],
];
/** Rows of words with their own row and of one to three n-grams, which some share. */
const SUBWORDS = [[0, 7], [1, 8, 9], [2], [3, 7, 10, 10], [4, 11], [5, 8], [6, 9, 11, 7]];

const BASE = {
  window: 3,
  shrinkWindows: true,
  negative: 3,
  mean: true,
  learningRate: 0.1,
  seed: 7,
  position: 2 ** 32 - 4,
  order: "sequence" as "blocks" | "sequence",
  roundWords: 5,
};

const startsOf = (lists: readonly (readonly number[])[]): number[] => {
  let at = 0;
  return [0, ...lists.map((list) => (at += list.length))];
};
const ints = (values: readonly number[]): Tensor<[number], "i32"> => fromArray(Int32Array.from(values));

/** Settings of a row, those that change as numbers. */
type Settings = Partial<typeof BASE>;
type Attributes = Settings & { readonly starts?: readonly number[] };

/** Which tables and what knowledge a variant has. */
interface Variant {
  readonly variant: string;
  readonly update: typeof skipGramUpdate;
  readonly output: boolean;
  readonly nodes: boolean;
  readonly subwords: boolean;
  readonly rows: readonly Attributes[];
}

const tableOf = ({ shape: [rows = 0, size = 0], values }: Exact): Table =>
  Array.from({ length: rows }, (_, row) => values.slice(row * size, (row + 1) * size));

function learnCase({ variant, update, output, nodes, subwords, rows }: Variant): OpCase {
  const inputRows = subwords ? 12 : WORDS;
  const tables = ["input", ...(output ? ["output"] : []), ...(nodes ? ["nodes"] : [])];
  const rowsOf: Readonly<Record<string, number>> = { input: inputRows, output: WORDS, nodes: WORDS - 1 };
  const draws = [integers(0, WORDS), ...tables.map((): Draw<"f32"> => uniform(-0.8, 0.8))];
  const shapes = (size: number): (readonly number[])[] => [[COUNT], ...tables.map((name) => [rowsOf[name] ?? 0, size])];
  const knowledge = (): WordKnowledge => ({
    keep: ints(KEEP),
    ...(output ? { cumulative: ints(CUMULATIVE) } : {}),
    ...(nodes ? { pathStarts: ints(startsOf(PATHS)), paths: ints(PATHS.flat()) } : {}),
    ...(subwords ? { subwordStarts: ints(startsOf(SUBWORDS)), subwords: ints(SUBWORDS.flat()) } : {}),
  });
  return opCase<readonly Draw[], Attributes>({
    variant,
    draws,
    contiguousOnly: ["input", "output", "nodes", "loss"],
    fixed: ["starts", "pathStarts", "paths", "cumulative", "keep", "subwordStarts", "subwords"],
    call: ([tokens, ...values], { starts, position = BASE.position, ...settings }) =>
      scope(() => {
        // A step writes in place: it works on copies of the tables, in row-major order as it demands.
        const own = Object.fromEntries(tables.map((name, i) => [name, (values[i] as Tensor).clone()]));
        const loss = zeros([2]);
        const text = { tokens: tokens as Tensor<[number], "i32">, starts: ints(starts ?? STARTS) };
        update(text, { ...own, loss } as never, knowledge(), { ...BASE, ...settings, position: () => position });
        return { ...(own as ByName<Tensor>), loss };
      }),
    reference: ([tokens, ...values], { starts = STARTS, ...settings }) => {
      const model = Object.fromEntries(tables.map((name, i) => [name, tableOf(values[i] as Exact)])) as never as Model;
      const words = (tokens as Exact).values;
      const how = { ...BASE, ...settings };
      const { sum, steps } = learn(model, {
        ...how,
        bag: update === cbowUpdate,
        sentences: starts.slice(1).map((end, i) => words.slice(starts[i], end)),
        keep: KEEP,
        cumulative: output ? CUMULATIVE : undefined,
        paths: nodes
          ? PATHS.map((path) => path.map((step) => ({ node: step >> 1, second: step % 2 === 1 })))
          : undefined,
        subwords: subwords ? SUBWORDS : undefined,
      });
      const learnt = tables.map((name, i) => {
        const { shape } = values[i] as Exact;
        return [name, { shape, values: (model[name as keyof Model] ?? []).flat() }];
      });
      return { ...Object.fromEntries(learnt), loss: { shape: [2], values: [sum, steps] } };
    },
    gradient: none,
    rows: [5, 18].flatMap((size) =>
      rows.map((attributes) => ({ inputs: shapes(size), attributes, tolerance: 1e-5 })),
    ) as never,
    empty: [
      { inputs: shapes(0), attributes: {} },
      { inputs: [[0], ...shapes(3).slice(1)], attributes: { starts: [0, 0, 0], order: "blocks" } },
    ] as never,
    errors: [
      {
        inputs: [{ shape: [COUNT], draw: integers(WORDS, WORDS + 1) }, ...shapes(3).slice(1)],
        attributes: {},
        throws: IndexError,
        message: /indices must be in 0…6/,
      },
      {
        inputs: [[COUNT], [inputRows, 4], ...shapes(3).slice(2)],
        attributes: {},
        throws: ShapeError,
        message: /all of one size/,
      },
      {
        inputs: [[COUNT - 1], ...shapes(3).slice(1)],
        attributes: {},
        throws: IndexError,
        message: /starts must ascend from 0 to 22/,
      },
      {
        inputs: [{ shape: [COUNT], draw: real }, ...shapes(3).slice(1)],
        attributes: {},
        throws: DTypeError,
        message: /must be i32/,
      },
    ] as never,
    speed: [{ inputs: shapes(100), attributes: {} }] as never,
  });
}

const SETTINGS: readonly Attributes[] = [
  {},
  { window: 1, shrinkWindows: false, negative: 1, position: 3 },
  { order: "blocks", learningRate: 0.3, negative: 5 },
  { order: "blocks", roundWords: 100, seed: 2 ** 33 + 1 },
  // All words around each: with their subwords more rows than are put together at once.
  { window: 30, shrinkWindows: false, starts: [0, COUNT] },
];

export const learnCases: Readonly<Record<"skipGramUpdate" | "cbowUpdate", readonly OpCase[]>> = {
  skipGramUpdate: [
    learnCase({ variant: "", update: skipGramUpdate, output: true, nodes: false, subwords: false, rows: SETTINGS }),
    learnCase({
      variant: "through a tree",
      update: skipGramUpdate,
      output: false,
      nodes: true,
      subwords: false,
      rows: SETTINGS,
    }),
    learnCase({
      variant: "of subwords, both ways",
      update: skipGramUpdate,
      output: true,
      nodes: true,
      subwords: true,
      rows: SETTINGS,
    }),
  ],
  cbowUpdate: [
    learnCase({ variant: "", update: cbowUpdate, output: true, nodes: false, subwords: false, rows: SETTINGS }),
    learnCase({
      variant: "by sums of subwords, both ways",
      update: cbowUpdate,
      output: true,
      nodes: true,
      subwords: true,
      rows: SETTINGS.map((row) => ({ ...row, mean: false })),
    }),
  ],
};
