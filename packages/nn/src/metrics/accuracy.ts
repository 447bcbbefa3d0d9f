import { argmax, scope, type Tensor, assertTensor } from "@unfoldjs/tensor-core";

/**
 * The share of examples whose largest logit is that of their class.
 * @param logits (batch, classes)   @param labels (batch), i32 classes
 * @returns 0 … 1
 * @throws ShapeError if batches differ
 */
export function accuracy(logits: Tensor, labels: Tensor<readonly number[], "i32">): number {
  assertTensor("accuracy", "logits", logits);
  assertTensor("accuracy", "labels", labels);
  return scope(() => argmax(logits, -1).equal(labels).to("f32").mean().item());
}
