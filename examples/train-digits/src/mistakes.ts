import type { Tensor } from "@unfoldjs/tensor-core";

/** A picture that was taken for something else. */
export interface Mistake {
  /** Where it stands in the data set. */
  readonly index: number;
  readonly truth: number;
  readonly answer: number;
  /** The probability that the model gave to its answer. */
  readonly confidence: number;
}

/** A batch of pictures, of which the labels and places count here. */
interface Labelled {
  readonly labels: Tensor<readonly number[], "i32">;
  readonly indices: ArrayLike<number>;
}

/**
 * The pictures of a batch whose most probable class is not theirs.
 * @param probabilities (batch, classes)
 */
export function mistakesIn(probabilities: Tensor, { labels, indices }: Labelled): Mistake[] {
  const classes = probabilities.shape[1] ?? 0;
  const shares = probabilities.data();
  return Array.from(labels.data()).flatMap((truth, at) => {
    const row = shares.subarray(at * classes, (at + 1) * classes);
    const confidence = Math.max(...row);
    const answer = row.indexOf(confidence);
    return answer === truth ? [] : [{ index: indices[at] ?? 0, truth, answer, confidence }];
  });
}
