import { assertRecord } from "../../arguments/checks.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";

/** Sentences of words, which are numbers of a vocabulary. */
export interface WordText {
  /** (count), i32: one word after the other */
  readonly tokens: Tensor<Shape, "i32">;
  /** (sentences + 1), i32: where each begins in `tokens`, and at last how many there are */
  readonly starts: Tensor<Shape, "i32">;
}

/** What is learnt. One of `output` and `nodes` must be there, and both may be. */
export interface WordTables {
  /** (rows, size): the vectors of the words, and behind them those of parts of words */
  readonly input: Tensor<Shape>;
  /** (words, size): the other side of each word, for negative sampling */
  readonly output?: Tensor<Shape> | undefined;
  /** (words − 1, size): the inner nodes of a tree of words, for hierarchical softmax */
  readonly nodes?: Tensor<Shape> | undefined;
  /** (2): gets the loss of the call and the number of steps that it is the sum of */
  readonly loss?: Tensor<Shape> | undefined;
}

/** What is known of the words before anything is learnt. */
export interface WordKnowledge {
  /** (words), i32: ascending; each word is drawn as often as its number is above the one before. With `output` */
  readonly cumulative?: Tensor<Shape, "i32"> | undefined;
  /** (words + 1), i32: where the path of each word begins in `paths`. With `nodes` */
  readonly pathStarts?: Tensor<Shape, "i32"> | undefined;
  /** (steps), i32: twice the number of a node from the root on, plus 1 where the path takes its second branch */
  readonly paths?: Tensor<Shape, "i32"> | undefined;
  /** (words), i32: the chance of each word to be kept, times 2³¹ − 1; all are kept if absent */
  readonly keep?: Tensor<Shape, "i32"> | undefined;
  /** (words + 1), i32: where the rows of each word begin in `subwords`; each word is its own row if absent */
  readonly subwordStarts?: Tensor<Shape, "i32"> | undefined;
  /** (rows of all words together), i32: rows of `input` */
  readonly subwords?: Tensor<Shape, "i32"> | undefined;
}

/** The inputs of the ops, by name. */
export interface WordInputs {
  readonly tokens: Tensor<Shape, "i32">;
  readonly starts: Tensor<Shape, "i32">;
  readonly input: Tensor<Shape>;
  readonly output?: Tensor<Shape> | undefined;
  readonly cumulative?: Tensor<Shape, "i32"> | undefined;
  readonly nodes?: Tensor<Shape> | undefined;
  readonly pathStarts?: Tensor<Shape, "i32"> | undefined;
  readonly paths?: Tensor<Shape, "i32"> | undefined;
  readonly keep?: Tensor<Shape, "i32"> | undefined;
  readonly subwordStarts?: Tensor<Shape, "i32"> | undefined;
  readonly subwords?: Tensor<Shape, "i32"> | undefined;
  readonly loss?: Tensor<Shape> | undefined;
}

/** One record of inputs of three of a call's arguments. @throws ValueError on what is no tensor */
export function inputsOf(op: string, text: WordText, tables: WordTables, knowledge: WordKnowledge): WordInputs {
  assertRecord(op, "text", text, "{ tokens, starts }");
  assertRecord(op, "tables", tables, "{ input, output?, nodes?, loss? }");
  assertRecord(op, "knowledge", knowledge, "{ cumulative?, pathStarts?, paths?, keep?, subwordStarts?, subwords? }");
  assertTensor(op, "text.tokens", text.tokens);
  assertTensor(op, "text.starts", text.starts);
  assertTensor(op, "tables.input", tables.input);
  for (const name of ["output", "nodes", "loss"] as const) {
    if (tables[name] !== undefined) assertTensor(op, `tables.${name}`, tables[name]);
  }
  for (const name of ["cumulative", "pathStarts", "paths", "keep", "subwordStarts", "subwords"] as const) {
    if (knowledge[name] !== undefined) assertTensor(op, `knowledge.${name}`, knowledge[name]);
  }
  const { tokens, starts } = text;
  const { input, output, nodes, loss } = tables;
  const { cumulative, pathStarts, paths, keep, subwordStarts, subwords } = knowledge;
  return { tokens, starts, input, output, cumulative, nodes, pathStarts, paths, keep, subwordStarts, subwords, loss };
}
