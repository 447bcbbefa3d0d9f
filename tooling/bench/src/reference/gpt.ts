import type { GptProblem, Outputs } from "../work.ts";
import { at, increase } from "./elements.ts";
import type { Layer, Parameter } from "./layers.ts";
import { causalAttention, denseRows, gelu, layerNormRows } from "./row-layers.ts";
import { crossEntropy, inDoubles, stepOf } from "./training-step.ts";

/** Weights and biases of one layer. */
const OF_LAYER = 12;

/** Loss and gradients of a small GPT over a batch of texts, and the loss after one step of Adam. */
export function gptStep(problem: GptProblem): Outputs {
  const { batch, time, tokens, next } = problem;
  const parameters = inDoubles(problem.parameters);
  const [table, positions, ...rest] = parameters;
  const features = problem.parameters[0]?.shape[1] ?? 0;
  const blocks: Layer[] = [];
  while (rest.length >= OF_LAYER) blocks.push(...layerOf(rest.splice(0, OF_LAYER), features, problem));
  const [weight, bias] = rest;
  if (!table || !positions || !weight || !bias) throw new RangeError("gpt: two tables, layers, and a norm");
  const network = [...blocks, layerNormRows(weight, bias), denseRows(table, features)];
  const vocabulary = table.value.length / features;

  return stepOf(parameters, () => {
    const x = Float64Array.from({ length: batch * time * features }, (_, i) => {
      const place = Math.floor(i / features);
      return (
        at(table.value, at(tokens, place) * features + (i % features)) + at(positions.value, i % (time * features))
      );
    });
    const logits = network.reduce<Float64Array>((value, layer) => layer.forward(value), x);
    const dLogits = new Float64Array(logits.length);
    let loss = 0;
    for (const [place, label] of next.entries()) {
      const row = logits.slice(place * vocabulary, (place + 1) * vocabulary);
      const one = crossEntropy(row, label, next.length);
      loss += one.loss;
      dLogits.set(one.gradient, place * vocabulary);
    }
    const dx = network.reduceRight<Float64Array>((gradient, layer) => layer.backward(gradient), dLogits);
    dx.forEach((value, i) => {
      increase(table.gradient, at(tokens, Math.floor(i / features)) * features + (i % features), value);
      increase(positions.gradient, i % (time * features), value);
    });
    return loss;
  });
}

/** x + attention(norm(x)), then x + dense(gelu(dense(norm(x)))). */
function layerOf(parameters: readonly Parameter[], features: number, { batch, time, heads }: GptProblem): Layer[] {
  const [wIn, bIn, wOut, bOut, w1, b1, w2, b2, n1, c1, n2, c2] = parameters as [...Six, ...Six];
  const attention = [
    layerNormRows(n1, c1),
    denseRows(wIn, features, bIn),
    causalAttention(batch, time, heads),
    denseRows(wOut, features, bOut),
  ];
  const feedForward = [layerNormRows(n2, c2), denseRows(w1, features, b1), gelu(), denseRows(w2, b1.value.length, b2)];
  return [residual(attention), residual(feedForward)];
}

function residual(layers: readonly Layer[]): Layer {
  return {
    forward: (x) => layers.reduce((value, layer) => layer.forward(value), x).map((value, i) => value + at(x, i)),
    backward: (dy) =>
      layers.reduceRight((gradient, layer) => layer.backward(gradient), dy).map((value, i) => value + at(dy, i)),
  };
}

type Six = [Parameter, Parameter, Parameter, Parameter, Parameter, Parameter];
