import type { ImageDataset } from "@unfoldjs/datasets";

/** A picture that was taken for something else. */
export interface Mistake {
  /** Where it stands in the data set. */
  readonly index: number;
  readonly truth: number;
  readonly answer: number;
  /** The probability that the model gave to its answer. */
  readonly confidence: number;
}

/** How a model did on a data set. */
export interface Judgement {
  /** Share of right answers, 0 … 1. */
  readonly accuracy: number;
  /** `confusion[truth][answer]`: number of pictures. */
  readonly confusion: readonly (readonly number[])[];
  /** The most confident first. */
  readonly mistakes: readonly Mistake[];
}

/**
 * Compares a model's answers with the labels.
 * @param probabilities (size, classes), row-major
 */
export function judge({ labels, classes, size }: ImageDataset, probabilities: ArrayLike<number>): Judgement {
  const confusion = classes.map(() => classes.map(() => 0));
  const mistakes: Mistake[] = [];
  for (let index = 0; index < size; index++) {
    const truth = labels[index] ?? 0;
    const answer = largest(probabilities, index * classes.length, classes.length);
    const row = confusion[truth] ?? [];
    row[answer] = (row[answer] ?? 0) + 1;
    if (answer !== truth) mistakes.push({ index, truth, answer, confidence: probabilities[index * classes.length + answer] ?? 0 });
  }
  mistakes.sort((a, b) => b.confidence - a.confidence);
  return { accuracy: 1 - mistakes.length / size, confusion, mistakes };
}

function largest(values: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if ((values[start + i] ?? 0) > (values[start + best] ?? 0)) best = i;
  return best;
}
