import { build, type Exact, read, total, upTo } from "./exact.ts";
import { logSoftmaxOf } from "./softmax.ts";

/** How the losses of a cross-entropy become one. */
export interface Reduced {
  readonly reduction: "mean" | "sum" | "none";
  readonly labelSmoothing?: number;
}

/** Each place's loss by what its classes should be, and the sum of some weights to divide a mean by. */
function lossesOf(
  x: Exact,
  shape: readonly number[],
  loss: (place: readonly number[], logs: readonly number[]) => number,
): Exact {
  const at = x.shape.length === 1 ? 0 : 1;
  return build(shape, (place) => {
    const line = upTo(x.shape[at] ?? 0).map((c) => read(x, place.toSpliced(at, 0, c)));
    return loss(place, logSoftmaxOf(line));
  });
}

function reducedTo(losses: Exact, divisor: number, { reduction }: Reduced): Exact {
  if (reduction === "none") return losses;
  return { shape: [], values: [total(losses.values) / (reduction === "sum" ? 1 : divisor)] };
}

/** Of labels at any places of (batch, classes, …), one of which is left out. */
export function crossEntropyAtPlaces(
  x: Exact,
  labels: Exact,
  weight: Exact,
  options: Reduced & { readonly ignoreIndex: number },
): Exact {
  const { labelSmoothing = 0, ignoreIndex } = options;
  const losses = lossesOf(x, labels.shape, (place, logs) => {
    const label = read(labels, place);
    if (label === ignoreIndex) return 0;
    const share = (c: number): number => (c === label ? 1 - labelSmoothing : 0) + labelSmoothing / logs.length;
    return -total(logs.map((log, c) => read(weight, [c]) * share(c) * log));
  });
  const counted = labels.values.map((label) => (label === ignoreIndex ? 0 : read(weight, [label])));
  return reducedTo(losses, total(counted), options);
}

/** Of probabilities in the shape of the logits. */
export function crossEntropyOfProbabilities(x: Exact, q: Exact, weight: Exact, options: Reduced): Exact {
  const { labelSmoothing = 0 } = options;
  const at = x.shape.length === 1 ? 0 : 1;
  const losses = lossesOf(x, x.shape.toSpliced(at, 1), (place, logs) => {
    const share = (c: number): number =>
      (1 - labelSmoothing) * read(q, place.toSpliced(at, 0, c)) + labelSmoothing / logs.length;
    return -total(logs.map((log, c) => read(weight, [c]) * share(c) * log));
  });
  // PyTorch's count of rows, which is none without a class.
  return reducedTo(losses, x.values.length / (x.shape[at] ?? 0), options);
}
