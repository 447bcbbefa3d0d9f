import type { AttentionDecodeProblem, Outputs } from "../work.ts";
import { at } from "./elements.ts";
import { dense } from "./layers.ts";
import { lstmCell } from "./single-cells.ts";
import { inDoubles } from "./training-step.ts";

/** Log-probabilities and weights of a decoder's first step, from a state of zeros (Bahdanau et al. 2015). */
export function attentionDecodeStep({
  width,
  source,
  token,
  states,
  parameters: given,
}: AttentionDecodeProblem): Outputs {
  const [table, weightIh, weightHh, biasIh, biasHh, headWeight, headBias, v, ofQuery, ofKey] = inDoubles(given);
  if (!table || !weightIh || !weightHh || !biasIh || !biasHh || !headWeight || !headBias || !v || !ofQuery || !ofKey) {
    throw new RangeError("attention decoder: 10 parameters");
  }
  const nothing = { value: new Float64Array(v.value.length), gradient: new Float64Array() };
  const query = dense(ofQuery, nothing).forward(new Float64Array(width));
  const rows = Array.from({ length: source }, (_, i) => Float64Array.from(states.subarray(i * width, (i + 1) * width)));
  const scores = rows.map((row) =>
    dense(ofKey, nothing)
      .forward(row)
      .reduce((sum, key, k) => sum + at(v.value, k) * Math.tanh(key + at(query, k)), 0),
  );
  const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
  const weights = scores.map((score) => Math.exp(score) / total);
  const context = new Float64Array(width).map((_, k) =>
    rows.reduce((sum, row, i) => sum + at(weights, i) * at(row, k), 0),
  );
  const word = table.value.slice(token * width, (token + 1) * width);
  const cell = lstmCell(dense(weightIh, biasIh), dense(weightHh, biasHh));
  const h = cell.forward(Float64Array.from([...word, ...context]), new Float64Array(2 * width)).slice(0, width);
  const logits = dense(headWeight, headBias).forward(h);
  const sum = Math.log(logits.reduce((all, logit) => all + Math.exp(logit), 0));
  return { logProbabilities: logits.map((logit) => logit - sum), weights };
}
