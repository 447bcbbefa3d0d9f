import { fromArray, logSoftmax, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { minimise, type Slope } from "./lbfgs.ts";

/** Weight (columns, classes), row-major, and bias (classes) behind it, in one array. */
export type Weights = Float64Array;

/** Some examples of a design, by their rows, with their classes. */
export interface Labelled {
  /** (examples, columns) */
  readonly rows: Tensor;
  readonly labels: readonly number[];
}

/**
 * Multinomial logistic regression: minimises the mean cross entropy plus l2 / 2 times the squared weights; the bias costs nothing.
 * Products and softmax are the core's, so that every engine gives the same numbers.
 */
export function logistic({ rows, labels }: Labelled, classes: number, l2: number, start: Weights): Weights {
  const [examples = 0, columns = 0] = rows.shape;
  const evaluate = (point: Weights): Slope =>
    scope(() => {
      const logits = logitsOf(rows, point, classes);
      const logs = logSoftmax(logits, 1);
      const [log, share] = [logs.data(), logs.exp().data()];
      let value = 0;
      for (const [at, label] of labels.entries()) {
        value -= (log[at * classes + label] ?? 0) / examples;
        share[at * classes + label] = (share[at * classes + label] ?? 0) - 1;
      }
      const excess: Tensor = fromArray(share, [examples, classes]); // softmax less the truth
      const products = rows.transpose().matmul(excess).data();
      const gradient = new Float64Array(point.length);
      for (let at = 0; at < columns * classes; at++) {
        const weight = point[at] ?? 0;
        gradient[at] = (products[at] ?? 0) / examples + l2 * weight;
        value += (l2 / 2) * weight * weight;
      }
      for (let at = 0; at < share.length; at++) {
        const bias = columns * classes + (at % classes);
        gradient[bias] = (gradient[bias] ?? 0) + (share[at] ?? 0) / examples;
      }
      return { value, gradient };
    });
  return minimise(evaluate, start);
}

/** (examples, classes) */
export function logitsOf(rows: Tensor, point: Weights, classes: number): Tensor {
  const [, columns = 0] = rows.shape;
  return scope((): Tensor => {
    const weight: Tensor = fromArray(Float32Array.from(point.subarray(0, columns * classes)), [columns, classes]);
    const bias: Tensor = fromArray(Float32Array.from(point.subarray(columns * classes)), [classes]);
    return rows.matmul(weight).add<Shape, Shape>(bias);
  });
}
