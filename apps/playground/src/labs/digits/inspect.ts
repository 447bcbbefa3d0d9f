import { grad } from "@unfoldjs/autograd";
import type { ImageDataset } from "@unfoldjs/datasets";
import { batches, ConfusionMatrix, crossEntropy } from "@unfoldjs/nn";
import { fromArray, relu, scope, softmax, type Tensor } from "@unfoldjs/tensor-core";
import type { Conv2d } from "@unfoldjs/vision-layers";
import type { DigitNet } from "./network.ts";
import type { NetworkNumber } from "./network-number.ts";
import { type Origin, originOf } from "./origin.ts";

/** What a network makes of one picture. Planes lie one after the other, row by row. */
export interface Inspection {
  /** (filters, kernel, kernel) */
  readonly filters: Float32Array;
  /** (filters, 28, 28), after ReLU */
  readonly strokes: Float32Array;
  /** (2 · filters, 14, 14), after ReLU */
  readonly shapes: Float32Array;
  /** (10), together 1 */
  readonly probabilities: Float32Array;
  /** (28, 28): how much the logit of `explained` would grow with each pixel (Simonyan et al. 2014, eq. 3; here with its sign). */
  readonly saliency: Float32Array;
  /** The class that `saliency` is about. */
  readonly explained: number;
  /** Where one of its numbers comes from, if one was asked for. */
  readonly origin: Origin | undefined;
}

/**
 * Looks into a network while it reads a picture.
 * @param picture (28, 28), 0 … 1
 * @param explained the class whose reasons are wanted; the likeliest if absent
 * @param number one of its numbers, to be taken apart
 */
export function inspect(
  model: DigitNet,
  picture: Float32Array,
  explained?: number,
  number?: NetworkNumber,
): Inspection {
  model.eval();
  return scope(() => {
    const images = fromArray(picture, [1, 1, 28, 28]);
    const maps = new Map<Conv2d, Float32Array>();
    const unhook = [model.conv1, model.conv2].map((layer) =>
      layer.onForward(({ output }) => maps.set(layer, relu(output as Tensor).data())),
    );
    const probabilities = softmax(model.forward(images), 1).data();
    for (const remove of unhook) remove();
    const likeliest = probabilities.indexOf(Math.max(...probabilities));
    const about = explained ?? likeliest;
    const saliency = grad((x: Tensor) =>
      model
        .forward(x)
        .slice(1, about, about + 1)
        .sum(),
    )(images);
    return {
      filters: model.conv1.weight.data(),
      strokes: maps.get(model.conv1) ?? new Float32Array(),
      shapes: maps.get(model.conv2) ?? new Float32Array(),
      probabilities,
      saliency: saliency.data(),
      explained: about,
      origin: number && originOf(model, picture, number),
    };
  });
}

/** How well a network reads pictures that it has not learned from. */
export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
  /** Row: what it was. Column: what it was taken for. */
  readonly confusion: readonly Uint32Array[];
  /** What each picture was taken for. */
  readonly readings: Uint8Array;
}

const EVALUATION_BATCH = 250;

/** Reads all of `pictures`. */
export function evaluate(model: DigitNet, pictures: ImageDataset): Evaluation {
  model.eval();
  const matrix = new ConfusionMatrix(pictures.classes);
  const readings = new Uint8Array(pictures.length);
  let read = 0;
  let loss = 0;
  for (const { images, labels } of batches(pictures, EVALUATION_BATCH)) {
    scope(() => {
      const logits = model.forward(images);
      matrix.add(logits, labels);
      readings.set(logits.argmax(1).data(), read);
      read += labels.size;
      loss += crossEntropy(logits, labels, { reduction: "sum" }).item();
    });
  }
  return { loss: loss / matrix.total, accuracy: matrix.accuracy, confusion: matrix.counts, readings };
}
