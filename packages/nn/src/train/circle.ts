import { Generator, relu, type Tensor, tensor } from "@unfoldjs/tensor-core";
import type { BatchSource } from "../data/batch-source.ts";
import { manualSeed } from "../initialise/default-generator.ts";
import { Dropout } from "../layers/dropout.ts";
import { Linear } from "../layers/linear.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { accuracy } from "../metrics/accuracy.ts";
import { Module } from "../module/module.ts";
import { Adam } from "../optimise/adam.ts";
import { cosineAnnealing } from "../schedule/cosine.ts";
import type { Optimizer } from "../optimise/optimizer.ts";
import type { FitOptions } from "./fit-options.ts";

/** A small problem with all that can go wrong in a training: dropout, a shuffled order, a schedule. */
export class Classifier extends Module {
  readonly hidden: Linear = new Linear(2, 12);
  readonly dropout: Dropout = new Dropout(0.1);
  readonly output: Linear = new Linear(12, 2);
  override forward(x: Tensor): Tensor {
    return this.output.forward(this.dropout.forward(relu(this.hidden.forward(x))));
  }
}

export interface Batch {
  readonly points: Tensor;
  readonly inside: Tensor<readonly number[], "i32">;
}

/** Points of a square; the class says whether they are inside a circle. In a new order each pass. */
export class Circle implements BatchSource<Batch> {
  readonly generator: Generator;
  readonly length: number;
  private readonly size: number;

  constructor(seed: number, length = 8, size = 10) {
    this.generator = new Generator(seed);
    this.length = length;
    this.size = size;
  }

  *[Symbol.iterator](): Iterator<Batch> {
    const order = this.generator.permutation(this.length * this.size);
    const numbers = order.data();
    order.dispose();
    for (let at = 0; at < this.length; at++) {
      const chosen = Array.from(numbers.slice(at * this.size, (at + 1) * this.size), pointAt);
      const points = tensor(chosen) as Tensor;
      const inside = tensor(
        chosen.map(([x, y]) => (x * x + y * y < 0.6 ? 1 : 0)),
        "i32",
      );
      try {
        yield { points, inside };
      } finally {
        points.dispose();
        inside.dispose();
      }
    }
  }
}

/** Spread evenly over [−1, 1]² by the additive recurrence of Roberts 2018. */
function pointAt(i: number): [number, number] {
  return [((0.7548776662 * i) % 1) * 2 - 1, ((0.5698402909 * i) % 1) * 2 - 1];
}

export interface Setup {
  readonly model: Classifier;
  readonly data: Circle;
  readonly options: FitOptions<Batch, Tensor> & { optimizer: Optimizer };
}

export function setUp(more: Partial<FitOptions<Batch, Tensor>> = {}): Setup {
  manualSeed(3);
  const model = new Classifier();
  return {
    model,
    data: new Circle(5),
    options: {
      epochs: 4,
      forward: ({ points }) => model.forward(points),
      loss: (logits, { inside }) => crossEntropy(logits, inside),
      metrics: { accuracy: (logits, { inside }) => accuracy(logits, inside) },
      optimizer: new Adam(model.parameters(), { learningRate: 0.02 }),
      schedule: cosineAnnealing({ steps: 32, floor: 0.1 }),
      ...more,
    },
  };
}

export const weightsOf = (model: Module): number[][] => model.parameters().map((parameter) => [...parameter.data()]);
