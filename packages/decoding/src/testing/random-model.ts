import type { Model } from "../model/model.ts";
import { RandomStream } from "../random/random-stream.ts";
import { normalisedRow } from "../select/log-sum-exp.ts";

/** A model for tests whose distribution depends on the whole prefix and the sentence, and on nothing else. */
export interface RandomModel extends Model<readonly number[]> {
  readonly state: readonly number[];
  /** The log-probabilities after a prefix, its prompt included. */
  readonly after: (sentence: number, prefix: readonly number[]) => Float32Array;
  /** How many rows each call had. */
  readonly calls: number[];
}

/** @param sentences how many prompts there will be @param peaked how far apart logits are */
export function randomModel(seed: number, vocabulary: number, sentences = 1, peaked = 2): RandomModel {
  const calls: number[] = [];
  const begin = (sentence: number): number => seed * 1000 + sentence + 1;
  const next = (state: number, token: number): number =>
    (Math.imul(state ^ (token + 1), 0x9e3779b1) ^ (state >>> 7)) >>> 0;
  const distribution = (state: number): Float32Array => {
    const stream = new RandomStream(state);
    return normalisedRow(Float32Array.from({ length: vocabulary }, () => peaked * stream.gumbel()));
  };
  return {
    state: Array.from({ length: sentences }, (_, sentence) => begin(sentence)),
    calls,
    step: (tokens, states) => {
      calls.push(tokens.length);
      const state = states.map((each, row) => next(each, tokens[row] as number));
      const logProbabilities = new Float32Array(tokens.length * vocabulary);
      for (const [row, each] of state.entries()) logProbabilities.set(distribution(each), row * vocabulary);
      return { logProbabilities, state };
    },
    after: (sentence, prefix) => distribution(prefix.reduce(next, begin(sentence))),
  };
}

/** An output with its log-probability. */
export interface Output {
  readonly tokens: readonly number[];
  readonly logProbability: number;
}

/** Every output there is: those that `stop` ends, and those that the maximum length ends. */
export function everyOutput(
  model: RandomModel,
  {
    sentence = 0,
    prompt,
    stop,
    maxLength,
  }: { sentence?: number; prompt: readonly number[]; stop: number; maxLength: number },
): Output[] {
  const grow = (output: Output): Output[] =>
    Array.from(model.after(sentence, [...prompt, ...output.tokens])).flatMap((value, token) => {
      const longer = { tokens: [...output.tokens, token], logProbability: output.logProbability + value };
      return token === stop || longer.tokens.length === maxLength ? [longer] : grow(longer);
    });
  return grow({ tokens: [], logProbability: 0 });
}

/** The output of the best score under a rule. */
export function bestOutput(outputs: readonly Output[], score: (output: Output) => number): Output {
  return outputs.reduce((best, each) => (score(each) > score(best) ? each : best));
}
