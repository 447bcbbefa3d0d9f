import { crossEntropy } from "@unfoldjs/nn";
import { GPT } from "@unfoldjs/sequence-layers";
import { fromArray } from "@unfoldjs/tensor-core";
import type { Contender, GptProblem } from "../work.ts";
import { stepOf } from "./unfold-training.ts";

/** A GPT's step as a training loop has it. */
export function gptStep({ batch, time, heads, tokens, next, parameters }: GptProblem): Contender {
  const [vocabulary = 0, dModel = 0] = parameters[0]?.shape ?? [];
  const numLayers = parameters.filter(({ name }) => name.endsWith("linear1.weight")).length;
  const model = new GPT(vocabulary, { dModel, nhead: heads, numLayers, maxLength: time, dropout: 0 });
  const texts = fromArray(tokens, [batch, time]);
  const following = fromArray(next, [batch * time]);
  return stepOf(model, parameters, [texts, following], () =>
    crossEntropy(model.forward(texts).reshape([batch * time, vocabulary]), following),
  );
}
