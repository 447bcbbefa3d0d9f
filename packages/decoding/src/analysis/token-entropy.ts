import * as check from "../arguments/checks.ts";
import type { Hypothesis } from "../hypotheses/hypothesis.ts";
import { named, type Processor } from "../processors/processor.ts";
import { type ForcedOptions, scoreOutputs } from "../search/force.ts";
import { logSumExp } from "../select/log-sum-exp.ts";
import { lineChart } from "./line-chart.ts";
import { textOf } from "./text-of.ts";

/** What the model thought where one token of an output stands. */
export interface TokenEntropy {
  readonly token: number;
  /** −log P of this token, in nats: how surprised the model is of it. */
  readonly surprise: number;
  /** −Σ p log p of what may come here, in nats: how surprised it expects to be. 0 where it is sure. */
  readonly entropy: number;
  /** How many tokens it thinks likelier than this one. */
  readonly rank: number;
}

export interface TokenEntropies {
  /** For each sentence what the model thought, token by token. */
  readonly sentences: readonly (readonly TokenEntropy[])[];
  /**
   * Entropy and surprise along one output, as a whole `<svg>` element.
   * @param sentence the first if left out @param token how tokens are written; as numbers if left out
   */
  readonly figure: (sentence?: number, token?: (token: number) => string) => string;
}

/**
 * Where in an output the model was sure, and where it hesitated: the entropy of what might have come, beside the surprise of what did.
 * Outputs are what a search found, or references. Distributions are those that the processors leave.
 * @throws as `scoreOutputs` does
 */
export async function tokenEntropies<State = undefined>(options: ForcedOptions<State>): Promise<TokenEntropies> {
  const op = "tokenEntropies";
  check.record(op, "options", options);
  const { outputs, processors = [] } = options;
  const noted: { entropy: number; rank: number }[][] = [];
  const note: Processor = named("entropy", (values, { sentence, tokens }) => {
    const own = values[outputs[sentence]?.[tokens.length] ?? -1] ?? -Infinity;
    (noted[sentence] ??= [])[tokens.length] = thoughtOf(values, own);
  });
  check.list(check.callable, "an array of functions")(op, "processors", processors);
  const scored = await scoreOutputs({ ...options, processors: [...processors, note] });
  const sentences = scored.map(({ tokens, tokenLogProbabilities }: Hypothesis, at) =>
    Array.from(tokens, (token, place): TokenEntropy => {
      const { entropy, rank } = noted[at]?.[place] ?? { entropy: Number.NaN, rank: Number.NaN };
      return { token, surprise: -(tokenLogProbabilities[place] as number), entropy, rank };
    }),
  );
  return {
    sentences,
    figure: (sentence = 0, token = String) => {
      check.checkArguments(
        op,
        ["sentence", sentence, check.whole(0, sentences.length - 1)],
        ["token", token, check.callable],
      );
      const all = sentences[sentence] ?? [];
      const names = all.map((each) => textOf(op, () => token(each.token), Int32Array.of(each.token)));
      const line = (of: "entropy" | "surprise"): readonly (readonly [number, number])[] =>
        all.map((each, place) => [place, each[of]] as const);
      const lines = [
        { label: "entropy", points: line("entropy") },
        { label: "surprise", points: line("surprise") },
      ];
      return lineChart("Entropy by token", "token", "nats", lines, names);
    },
  };
}

function thoughtOf(values: Float32Array, own: number): { entropy: number; rank: number } {
  const total = logSumExp(values);
  let [entropy, rank] = [0, 0];
  for (let token = 0; token < values.length; token++) {
    const logProbability = (values[token] as number) - total;
    if (logProbability > -Infinity) entropy -= Math.exp(logProbability) * logProbability;
    if ((values[token] as number) > own) rank++;
  }
  return { entropy: Math.max(0, entropy), rank };
}
