import { crossEntropy, Embedding, Linear, Module } from "@unfoldjs/nn";
import { AttentionDecoder, BertModel, GRU, LSTM, SentenceEncoder } from "@unfoldjs/sequence-layers";
import { fromArray, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import type { AttentionDecodeProblem, Contender, LanguageModelProblem, SentenceVectorsProblem } from "../work.ts";
import { loadParameters, stepOf } from "./unfold-training.ts";

/** Table, recurrent layers and head, over texts (time, batch). */
class LanguageModel extends Module {
  static override readonly name: string = "LanguageModel";
  readonly embedding: Embedding;
  readonly rnn: GRU | LSTM;
  readonly head: Linear<number, number>;

  constructor({ cell, vocabulary, width, layers: numLayers }: LanguageModelProblem) {
    super();
    this.embedding = new Embedding(vocabulary, width);
    this.rnn = cell === "lstm" ? new LSTM(width, width, { numLayers }) : new GRU(width, width, { numLayers });
    this.head = new Linear<number, number>(width, vocabulary);
  }

  override forward(tokens: Tensor<Shape, "i32">): Tensor {
    const { output } = this.rnn.forward(this.embedding.forward<Shape>(tokens));
    return this.head.forward<Shape>(output).flatten(0, 1);
  }
}

export function languageModelStep(problem: LanguageModelProblem): Contender {
  const model = new LanguageModel(problem);
  const tokens = fromArray<Shape, "i32">(problem.tokens, [problem.time, problem.batch], "i32");
  const next = fromArray<Shape, "i32">(problem.next, [problem.time * problem.batch], "i32");
  return stepOf(model, problem.parameters, [tokens, next], () => crossEntropy(model.forward(tokens), next));
}

export function sentenceVectors({ batch, time, vocabulary, hidden, ...given }: SentenceVectorsProblem): Contender {
  const bert = new BertModel({
    vocabSize: vocabulary,
    hiddenSize: hidden,
    numHiddenLayers: given.layers,
    numAttentionHeads: given.heads,
    intermediateSize: given.inner,
  });
  loadParameters(bert, given.parameters);
  const encoder = new SentenceEncoder(bert).eval();
  const tokens = fromArray<Shape, "i32">(given.tokens, [batch, time], "i32");
  return {
    // As onnxruntime does: until the result is out of the heap.
    run: () => scope(() => void encoder.forward(tokens).data()),
    outputs: () => scope(() => ({ vectors: encoder.forward(tokens).data() })),
    dispose() {
      encoder.dispose();
      tokens.dispose();
    },
  };
}

/** A step as searches drive it: the state of the one before is given back. */
export function attentionDecodeStep({ width, source, vocabulary, ...given }: AttentionDecodeProblem): Contender {
  const model = new AttentionDecoder(vocabulary, width, width).eval();
  loadParameters(model, given.parameters);
  const states = fromArray<Shape>(given.states, [1, source, width]);
  const search = model.start(states);
  const tokens = Int32Array.of(given.token);
  let state = search.state;
  return {
    run() {
      const next = search.step(tokens, state);
      if (state !== search.state) search.release(state);
      state = next.state;
    },
    outputs() {
      const first = search.step(tokens, search.state);
      search.release(first.state);
      return { logProbabilities: first.logProbabilities, weights: first.attention ?? [] };
    },
    dispose() {
      if (state !== search.state) search.release(state);
      search.dispose();
      states.dispose();
      model.dispose();
    },
  };
}
