import * as frames from "../../../wasm/frames.js";
import { assertBoolean, assertOneOf, assertWhole } from "../../arguments/checks.ts";
import { wrongArgument } from "../../arguments/wrong.ts";
import { applyUpdate } from "../../dispatch/dispatch.ts";
import { defineUpdate, type UpdateOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { scope } from "../../tensor/scope.ts";
import { type Changing, factorOf, valueOf } from "../optimise/changing.ts";
import { settingsOf } from "../optimise/settings.ts";
import { halves } from "../random/draw.ts";
import { assertWords, type WordOperands, wordsOf } from "./fit.ts";
import { inputsOf, type WordKnowledge, type WordTables, type WordText } from "./operands.ts";

/** How word vectors are learnt. */
export interface WordSettings {
  /** Words on either side, at most: from 1 up. */
  readonly window: number;
  /** Draws for each word how many of them count, from 1 to `window`, all equally likely; else all do. */
  readonly shrinkWindows: boolean;
  /** Words drawn against each that was there. */
  readonly negative: number;
  /** Rows that stand together do so by their mean; else by their sum, and each gets its share of the step. */
  readonly mean: boolean;
  readonly learningRate: Changing<number>;
  /** Of the random numbers: word `i` of the text takes block `position + i` of Philox under this key. */
  readonly seed: number;
  readonly position: Changing<number>;
  /**
   * `"blocks"`: of each round of words, all steps are laid out by what they change, eight groups of what is known by eight of what
   * tells it, so that threads make those that have nothing in common at the same time. The numbers are the same for any number
   * of threads. `"sequence"`: one step after the other, on one thread. `"hogwild"`: threads write into the tables as they go,
   * and give another result each time (Recht et al. 2011).
   */
  readonly order: "blocks" | "sequence" | "hogwild";
  /** Words of a round of blocks. Rows that stand together (bags, subwords) are put together when it begins, and move when it ends. */
  readonly roundWords: number;
}

/** As the core numbers them. */
const ORDERS: readonly WordSettings["order"][] = ["blocks", "sequence", "hogwild"];

type Names = readonly [
  "tokens",
  "starts",
  "input",
  "output?",
  "cumulative?",
  "nodes?",
  "pathStarts?",
  "paths?",
  "keep?",
  "subwordStarts?",
  "subwords?",
  "loss?",
];

type WordOp<Name extends string> = UpdateOp<Name, Names, WordSettings, "learningRate" | "position">;

const NAMES: Names = [
  "tokens",
  "starts",
  "input",
  "output?",
  "cumulative?",
  "nodes?",
  "pathStarts?",
  "paths?",
  "keep?",
  "subwordStarts?",
  "subwords?",
  "loss?",
];

function wordOp<const Name extends string>(name: Name, bag: 0 | 1): WordOp<Name> {
  return defineUpdate(name, NAMES, {
    writes: ["input", "output", "nodes", "loss"],
    variables: {
      learningRate: ({ learningRate }) => factorOf(name, "learningRate", learningRate),
      position: ({ position }) => positionOf(name, position),
    },
    check: (operands, settings) => {
      assertSettings(name, settings);
      assertWords(name, operands);
    },
    run: (operands, settings, { learningRate, position }) => {
      run(name, bag, operands, settings, learningRate, position);
    },
  });
}

function positionOf(op: string, position: Changing<number>): number {
  const value = valueOf(position);
  assertWhole(op, "position", value);
  return value;
}

/** @throws ValueError on a setting that makes no sense */
function assertSettings(op: string, settings: WordSettings): void {
  const { window, shrinkWindows, negative, mean, seed, order, roundWords } = settings;
  assertWhole(op, "window", window, 1);
  assertBoolean(op, "shrinkWindows", shrinkWindows);
  assertWhole(op, "negative", negative);
  assertBoolean(op, "mean", mean);
  assertWhole(op, "seed", seed);
  assertOneOf(op, "order", order, ORDERS);
  assertWhole(op, "roundWords", roundWords, 1);
  for (const [name, value] of Object.entries({ window, negative })) {
    if (value >= 2 ** 16) throw wrongArgument(op, name, value, "a whole number below 65536");
  }
}

function run(
  op: string,
  bag: 0 | 1,
  operands: WordOperands,
  { window, shrinkWindows, negative, mean, seed, order, roundWords }: WordSettings,
  learningRate: number,
  position: number,
): void {
  const { input, output, nodes, loss } = operands;
  scope(() => {
    // Copies come first: the frame is overwritten by the next call.
    const dense = (tensor: AnyTensor | undefined): AnyTensor | undefined => tensor?.contiguous();
    const [tokens, starts, cumulative, pathStarts, paths, keep, subwordStarts, subwords] = [
      dense(operands.tokens),
      dense(operands.starts),
      dense(operands.cumulative),
      dense(operands.pathStarts),
      dense(operands.paths),
      dense(operands.keep),
      dense(operands.subwordStarts),
      dense(operands.subwords),
    ];
    const [seedLow, seedHigh] = halves(seed);
    const [counterLow, counterHigh] = halves(position);
    frames.writeWordsFrame(heapI32(), frameStart(), {
      tokens: tokens?.size ?? 0,
      sentences: (starts?.size ?? 1) - 1,
      size: input.shape[1] ?? 0,
      words: wordsOf(operands),
      inputRows: input.shape[0] ?? 0,
      paths: paths?.size ?? 0,
      subwords: subwords?.size ?? 0,
      bag,
      window,
      shrink: shrinkWindows ? 1 : 0,
      negative,
      mean: mean ? 1 : 0,
      order: ORDERS.indexOf(order),
      round: Math.min(roundWords, 2 ** 31 - 1),
      seedLow,
      seedHigh,
      counterLow,
      counterHigh,
    });
    const at = (tensor: AnyTensor | undefined): number => tensor?.address ?? 0;
    const status = core().learn_words(
      at(tokens),
      at(starts),
      input.address,
      at(output),
      at(cumulative),
      at(nodes),
      at(pathStarts),
      at(paths),
      at(keep),
      at(subwordStarts),
      at(subwords),
      at(loss),
      learningRate,
    );
    check(op, status);
  });
}

const skipGramOp: WordOp<"skipGramUpdate"> = wordOp("skipGramUpdate", 0);
const cbowOp: WordOp<"cbowUpdate"> = wordOp("cbowUpdate", 1);

const NAMES_OF_SETTINGS = {
  numbers: ["window", "negative", "seed", "roundWords"],
  truths: ["shrinkWindows", "mean"],
  changing: ["learningRate", "position"],
};
const assertSkipGramSettings = settingsOf("skipGramUpdate", NAMES_OF_SETTINGS);
const assertCbowSettings = settingsOf("cbowUpdate", NAMES_OF_SETTINGS);

/**
 * Learns word vectors from sentences by skip-gram (Mikolov et al. 2013): each word is to tell the words around it. For a pair
 * with the vector h of one and, of the other, a row o for each word that it is told from, x = h·o, g = rate (is − σ(x)),
 * e += g o, o += g h, and at last h += e; where |x| ≥ 6 nothing is learnt. `output` is for negative sampling, `nodes` for
 * hierarchical softmax; where both are there, each pair is learnt by the nodes and then by the words drawn. A word with
 * `subwords` is their mean (Bojanowski et al. 2017), and each of them moves by e.
 *
 * In the terms of gensim, whose semantics these are: a pair goes from the word beside to the word in the middle.
 * @throws ShapeError, DTypeError on operands that do not fit, IndexError on what points at nothing, ValueError on settings
 */
export function skipGramUpdate(
  text: WordText,
  tables: WordTables,
  knowledge: WordKnowledge,
  settings: WordSettings,
): void {
  assertSkipGramSettings(settings);
  applyUpdate(skipGramOp, inputsOf("skipGramUpdate", text, tables, knowledge), settings);
}

/**
 * Learns word vectors from sentences by a continuous bag of words (Mikolov et al. 2013): the words around each are together to
 * tell it. h is the mean of their rows, or with `mean: false` their sum; steps as `skipGramUpdate`, and all of them move by e,
 * or for sums by e over their number, as in word2vec.c and gensim.
 * @throws ShapeError, DTypeError on operands that do not fit, IndexError on what points at nothing, ValueError on settings
 */
export function cbowUpdate(text: WordText, tables: WordTables, knowledge: WordKnowledge, settings: WordSettings): void {
  assertCbowSettings(settings);
  applyUpdate(cbowOp, inputsOf("cbowUpdate", text, tables, knowledge), settings);
}

export const learnOps: {
  skipGramUpdate: WordOp<"skipGramUpdate">;
  cbowUpdate: WordOp<"cbowUpdate">;
} = { skipGramUpdate: skipGramOp, cbowUpdate: cbowOp };
