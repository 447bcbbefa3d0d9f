import { noGrad } from "@unfoldjs/autograd";
import {
  assertRecord,
  fromArray,
  inCall,
  indexSelect,
  logSoftmax,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";
import { assertRows, assertSentences, isInt32Array } from "../transformer/rows.ts";
import type { StepModel, StepResult } from "../transformer/step-model.ts";
import { assertState, type StateSizes } from "./checks.ts";
import type { RecurrentState } from "./recurrent-part.ts";

/** What a decoder knows of each hypothesis: its tensors have them along one axis. */
export interface DecoderState extends RecurrentState {
  /** (rows, features): what was made of the step before, with input feeding. */
  readonly feed?: Tensor | undefined;
  /** Which sentence each row is a translation of. */
  readonly sentences: Int32Array;
}

/** One step of all hypotheses. */
export interface DecodableStep extends StepResult<DecoderState> {
  /** (rows, source), what was attended to, of a decoder that attends. */
  readonly attention?: Float32Array;
}

/**
 * A model with the sentences that it is to translate, as searches drive it: those of @unfoldjs/decoding take it as their `model`.
 * Whoever is done with it calls `dispose`.
 */
export interface Decodable extends StepModel<DecoderState> {
  readonly step: (tokens: Int32Array, state: DecoderState) => DecodableStep;
  /** Gives the memory of the sentences and of the first state back. */
  readonly dispose: () => void;
}

/** What a decoder gives for one step. */
export interface Stepped {
  /** (rows, vocabulary) */
  readonly logits: Tensor;
  readonly state: Omit<DecoderState, "sentences">;
  /** (rows, source) */
  readonly weights?: Tensor | undefined;
}

/**
 * @param state of one row for each sentence; it is kept from here on, and given back by `dispose`
 * @param sizes of the layers whose states these are
 * @param one a step of rows, whose sentences may be others than those of the step before
 */
export function decodable(
  state: DecoderState,
  sizes: StateSizes,
  one: (tokens: Tensor<Shape, "i32">, state: DecoderState) => Stepped,
  dispose: () => void = () => {},
): Decodable {
  keepState(state);
  const known = { ...sizes, feed: state.feed?.shape[1], sentences: state.sentences.length };
  return {
    state,
    step: (tokens, before) => {
      assertDecoderState("step", before, known);
      assertTokens(tokens, before);
      return quietly("step", () => {
        const { logits, state: after, weights } = one(i32(tokens), before);
        const next = { ...after, sentences: before.sentences };
        keepState(next);
        const logProbabilities = logSoftmax(logits).data();
        if (weights === undefined) return { logProbabilities, state: next };
        return { logProbabilities, state: next, attention: weights.data() };
      });
    },
    reorder: (before, rows) => {
      assertDecoderState("reorder", before, known);
      const { h, c, feed, sentences } = before;
      assertRows("reorder", rows, { rows: sentences.length });
      return quietly("reorder", () => {
        const places = i32(rows);
        const next = {
          h: picked(h, 1, places),
          c: c && picked(c, 1, places),
          feed: feed && picked(feed, 0, places),
          sentences: Int32Array.from(rows, (row) => sentences[row] ?? 0),
        };
        keepState(next);
        return next;
      });
    },
    release: disposeState,
    dispose: () => {
      disposeState(state);
      dispose();
    },
  };
}

/** Runs what is told of in the name of what was called, and never derived from. */
function quietly<R>(op: string, f: () => R): R {
  return inCall(op, () => noGrad(() => scope(f)));
}

/** @throws ValueError, ShapeError unless a state is one that this decoder made, for these sentences */
function assertDecoderState(
  op: string,
  state: DecoderState,
  sizes: StateSizes & { readonly feed: number | undefined; readonly sentences: number },
): void {
  assertRecord(op, "state", state, "what start, step or reorder gave");
  const { feed, sentences } = state;
  assertSentences(op, sentences, sizes);
  assertState(op, "state", state, sizes, sentences.length);
  if (sizes.feed !== undefined) assertAxes(op, "state.feed", feed, { rows: sentences.length, hidden: sizes.feed });
}

/** @throws ValueError, ShapeError unless there is one token for each row of the state */
function assertTokens(tokens: Int32Array, { sentences }: DecoderState): void {
  if (!isInt32Array(tokens)) {
    throw wrongArgument("step", "tokens", tokens, "an Int32Array of a token for each row");
  }
  if (tokens.length === sentences.length) return;
  const came = { tokens: [tokens.length], rows: [sentences.length] };
  throw new ShapeError("step", came, "needs the last token of each row", "reorder the state if rows were left out");
}

function i32(values: Int32Array): Tensor<Shape, "i32"> {
  return fromArray<Shape, "i32">(values, [values.length], "i32");
}

function picked(x: Tensor, axis: number, places: Tensor<Shape, "i32">): Tensor {
  return indexSelect<Shape, "f32", number, Shape>(x, axis, places);
}

/** States outlive the scopes around a step: a search may wait in between. */
function keepState({ h, c, feed }: DecoderState): void {
  for (const tensor of [h, c, feed]) tensor?.keep();
}

function disposeState({ h, c, feed }: DecoderState): void {
  for (const tensor of [h, c, feed]) tensor?.dispose();
}
