// What a user writes in a first afternoon. What its types cost is budgeted: see `tooling/check/typecheck.mjs`.

import { beamSearch, powerRule } from "./index.ts";

const words = ["<end>", "<start>", "Jane", "is"];

const step = (tokens: Int32Array): { logProbabilities: Float32Array; state: undefined } => ({
  logProbabilities: Float32Array.from(Array.from(tokens).flatMap(() => words.map(() => -Math.log(words.length)))),
  state: undefined,
});
const { sentences } = await beamSearch({
  model: { step },
  prompts: [[1]],
  stopTokens: 0,
  maxLength: 8,
  width: 3,
  length: powerRule(0.7),
});
console.log(sentences[0]?.hypotheses[0]?.logProbability);
