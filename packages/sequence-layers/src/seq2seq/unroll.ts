import { defaultGenerator } from "@unfoldjs/nn";
import { concat, type Generator, greater, type Shape, type Tensor, where } from "@unfoldjs/tensor-core";
import type { RecurrentState } from "./recurrent-part.ts";

/** What goes on from step to step of a decoder. */
export interface StepState extends RecurrentState {
  readonly feed?: Tensor | undefined;
}

/** What a step gives before the output layer has read it. */
export interface StepResult {
  /** (batch, features) */
  readonly features: Tensor;
  readonly state: StepState;
  /** (batch, source) */
  readonly weights?: Tensor | undefined;
}

/** The parts of a decoder that are run again and again. */
export interface Unrolled {
  readonly embed: (tokens: Tensor<Shape, "i32">) => Tensor;
  readonly step: (x: Tensor, state: StepState) => StepResult;
  readonly head: (features: Tensor) => Tensor;
}

export interface UnrolledResult {
  /** (batch, time, vocabulary) */
  readonly logits: Tensor;
  /** (batch, time, source), of a decoder that attends. */
  readonly weights: Tensor | undefined;
}

/** Every step with the word before it as it is in `inputs`: what comes of embedding and output layer is computed for all at once. */
export function unrollForced(
  inputs: Tensor<Shape, "i32">,
  first: StepState,
  { embed, step, head }: Unrolled,
): UnrolledResult {
  const embedded = embed(inputs);
  const results: StepResult[] = [];
  let state = first;
  for (let t = 0; t < (inputs.shape[1] ?? 0); t++) {
    const result = step(embedded.slice(1, t, t + 1).squeeze(1), state);
    results.push(result);
    state = result.state;
  }
  const features = overTime(results.map((result) => result.features));
  return { logits: head(features), weights: weightsOf(results) };
}

/**
 * Scheduled sampling (Bengio et al. 2015): each word before is that of `inputs` with a probability, and else the likeliest by the
 * model's own logits, through which no gradient goes.
 */
export function unrollSampled(
  inputs: Tensor<Shape, "i32">,
  first: StepState,
  share: number,
  { embed, step, head }: Unrolled,
  generator: Generator = defaultGenerator(),
): UnrolledResult {
  const [batch = 0, time = 0] = inputs.shape;
  const given = (t: number): Tensor<Shape, "i32"> => inputs.slice(1, t, t + 1).squeeze(1);
  const [results, logits]: [StepResult[], Tensor[]] = [[], []];
  let [state, tokens] = [first, given(0)];
  for (let t = 0; t < time; t++) {
    const result = step(embed(tokens), state);
    const found = head(result.features);
    results.push(result);
    logits.push(found);
    state = result.state;
    if (t + 1 === time) break;
    const isGiven: Tensor<Shape, "bool"> = greater(generator.bernoulli([batch], share), 0);
    const guessed: Tensor<Shape, "i32"> = found.argmax(1);
    tokens = where(isGiven, given(t + 1), guessed);
  }
  return { logits: overTime(logits), weights: weightsOf(results) };
}

function weightsOf(results: readonly StepResult[]): Tensor | undefined {
  const weights = results.flatMap(({ weights: each }) => (each === undefined ? [] : [each]));
  return weights.length === 0 ? undefined : overTime(weights);
}

/** (batch, features) of each step as (batch, time, features). */
function overTime(steps: readonly Tensor[]): Tensor {
  return concat(
    steps.map((step) => step.unsqueeze(1)),
    1,
  );
}
