// What a user writes in a first afternoon. What its types cost is budgeted: see `tooling/check/typecheck.mjs`.

import { Adam, backward, crossEntropy, Embedding, Linear, Module } from "@unfoldjs/nn";
import { tensor, type Tensor } from "@unfoldjs/tensor-core";
import { AttentionSeq2Seq, GRU, lengthsToMask, LSTM, sequenceCrossEntropy } from "./index.ts";

console.log(lengthsToMask(tensor([2, 3, 0], "i32")).toArray());

class Classifier extends Module {
  words = new Embedding(100, 8);
  below = new LSTM(8, 16, { bidirectional: true, batchFirst: true });
  above = new GRU(32, 16, { batchFirst: true });
  head = new Linear(16, 2);
  override forward(x: Tensor<[number, number], "i32">, lengths: Tensor<[number], "i32">): Tensor<[number, 2]> {
    const { output } = this.below.forward(this.words.forward(x), { lengths });
    return this.head.forward(this.above.forward(output, { lengths }).hLast.at(0));
  }
}
const model = new Classifier();
const optimizer = new Adam(model.parameters());
const sentences = tensor([1, 2, 3, 4, 5, 0], "i32").reshape([2, 3]);
backward(model, () => crossEntropy(model.forward(sentences, tensor([3, 2], "i32")), tensor([0, 1], "i32")));
optimizer.step();

const stream = new GRU(8, 16);
let state = stream.step(tensor([1, 2, 3, 4, 5, 6, 7, 8]));
state = stream.step(tensor([8, 7, 6, 5, 4, 3, 2, 1]), state);
console.log(state.output.toArray());

const translator = new AttentionSeq2Seq(100, 100, 16);
const { logits, weights } = translator.forward(sentences, sentences);
console.log(sequenceCrossEntropy(logits, sentences).item(), weights.shape);
