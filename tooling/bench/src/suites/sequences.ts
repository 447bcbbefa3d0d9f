import type { Bar } from "../bar.ts";
import { type Case, defineCase, type Suite } from "../case.ts";
import { randomArray, uniform } from "../random.ts";
import { attentionDecodeStep } from "../reference/attention-decoder.ts";
import { languageModelStep } from "../reference/language-model.ts";
import { sentenceVectors } from "../reference/sentence-vectors.ts";
import type { LanguageModelProblem, NamedArray } from "../work.ts";

export const sequences: Suite = {
  name: "sequences",
  title:
    "training steps of language models of two recurrent layers, a step of a decoder that attends, and vectors of sentences",
  cases: [
    languageModel("lstm", [{ ratio: 4 }]),
    languageModel("gru", [{ ratio: 4 }]),
    decodeStep([{ atMost: 0.2 }]),
    sentences(1, 16, [{ ratio: 1 }]),
    sentences(8, 32, [{ ratio: 1 }]),
  ],
};

function languageModel(cell: LanguageModelProblem["cell"], bars: readonly Bar[]): Case {
  const sizes = { cell, layers: 2, width: 128, vocabulary: 100, time: 35, batch: 32 };
  const { layers, width, vocabulary, time, batch } = sizes;
  const gates = cell === "lstm" ? 4 : 3;
  return defineCase({
    name: `${cell} language model 2 × 128, 35 steps, batch 32`,
    work: "languageModelStep",
    problem() {
      const next = uniform(gates);
      const text = Int32Array.from({ length: (time + 1) * batch }, () => Math.floor(next() * vocabulary));
      const weight = weights(next, width);
      return {
        ...sizes,
        tokens: text.slice(0, time * batch),
        next: text.slice(batch),
        parameters: [
          weight("embedding.weight", vocabulary, width),
          ...Array.from({ length: layers }, (_, at) => [
            weight(`rnn.weight_ih_l${at}`, gates * width, width),
            weight(`rnn.weight_hh_l${at}`, gates * width, width),
            weight(`rnn.bias_ih_l${at}`, gates * width),
            weight(`rnn.bias_hh_l${at}`, gates * width),
          ]).flat(),
          weight("head.weight", vocabulary, width),
          weight("head.bias", vocabulary),
        ],
      };
    },
    expected: languageModelStep,
    tolerance: 1e-4,
    unit: "ms",
    // Forward, and the gradients of weights and of inputs.
    flops: 2 * 3 * time * batch * (layers * 2 * gates * width * width + vocabulary * width),
    bars,
  });
}

function decodeStep(bars: readonly Bar[]): Case {
  const [width, source, vocabulary] = [256, 20, 100];
  return defineCase({
    name: "attention decoder 256, one step over 20 places",
    work: "attentionDecodeStep",
    problem() {
      const next = uniform(width);
      const weight = weights(next, width);
      return {
        width,
        source,
        vocabulary,
        token: 7,
        states: randomArray(next, source * width),
        parameters: [
          weight("embedding.weight", vocabulary, width),
          weight("rnn.weight_ih_l0", 4 * width, 2 * width),
          weight("rnn.weight_hh_l0", 4 * width, width),
          weight("rnn.bias_ih_l0", 4 * width),
          weight("rnn.bias_hh_l0", 4 * width),
          weight("head.weight", vocabulary, width),
          weight("head.bias", vocabulary),
          weight("attention.weight", width),
          weight("attention.query_proj.weight", width, width),
          weight("attention.key_proj.weight", width, width),
        ],
      };
    },
    expected: attentionDecodeStep,
    tolerance: 1e-4,
    unit: "ms",
    bars,
  });
}

/** A sentence encoder of the sizes of all-MiniLM-L6-v2; of its vocabulary no more than there are tokens to look up. */
function sentences(batch: number, time: number, bars: readonly Bar[]): Case {
  const sizes = { batch, time, vocabulary: 1000, hidden: 384, heads: 12, layers: 6, inner: 1536 };
  const { hidden, layers, inner, vocabulary } = sizes;
  return defineCase({
    name: `sentence vectors of MiniLM's sizes, ${batch} × ${time} tokens`,
    work: "sentenceVectors",
    problem() {
      const next = uniform(batch);
      const weight = weights(next, hidden);
      const dense = (name: string, outputs: number, inputs: number): NamedArray[] => [
        weight(`${name}.weight`, outputs, inputs),
        weight(`${name}.bias`, outputs),
      ];
      const norm = (name: string): NamedArray[] => [
        { name: `${name}.weight`, shape: [hidden], values: randomArray(next, hidden).map((value) => 1 + value / 4) },
        weight(`${name}.bias`, hidden),
      ];
      return {
        ...sizes,
        tokens: Int32Array.from({ length: batch * time }, () => Math.floor(next() * vocabulary)),
        parameters: [
          weight("embeddings.word_embeddings.weight", vocabulary, hidden),
          weight("embeddings.position_embeddings.weight", 512, hidden),
          weight("embeddings.token_type_embeddings.weight", 2, hidden),
          ...norm("embeddings.LayerNorm"),
          ...Array.from({ length: layers }, (_, at) => `encoder.layer.${at}`).flatMap((name) => [
            ...["query", "key", "value"].flatMap((which) => dense(`${name}.attention.self.${which}`, hidden, hidden)),
            ...dense(`${name}.attention.output.dense`, hidden, hidden),
            ...norm(`${name}.attention.output.LayerNorm`),
            ...dense(`${name}.intermediate.dense`, inner, hidden),
            ...dense(`${name}.output.dense`, hidden, inner),
            ...norm(`${name}.output.LayerNorm`),
          ]),
          ...dense("pooler.dense", hidden, hidden),
        ],
      };
    },
    expected: sentenceVectors,
    tolerance: 1e-4,
    unit: "ms",
    flops: 2 * batch * time * layers * (4 * hidden * hidden + 2 * hidden * inner + 2 * time * hidden),
    bars,
  });
}

/** Uniform in ±1/√width, as PyTorch's layers start. */
function weights(next: () => number, width: number): (name: string, ...shape: readonly number[]) => NamedArray {
  return (name, ...shape) => ({
    name,
    shape,
    values: randomArray(
      next,
      shape.reduce((product, size) => product * size, 1),
      1 / Math.sqrt(width),
    ),
  });
}
