import { lax, nn, numpy as np } from "@jax-js/jax";
import type { Around, NetworkOperation, NetworkStepProblem } from "../network-problems.ts";
import type { Contender } from "../work.ts";
import { adamStep, type Arrays } from "./jax-js-step.ts";

type Take = (name: string) => np.Array;

/** A step of Adam on a network as jax-js would have it written: norms by the statistics of the batch, all of it in one `jit`. */
export function networkStep({ operations, parameters, images, shape, labels }: NetworkStepProblem): Contender {
  const classes = operations.at(-1)?.shape[1] ?? 0;
  const names = parameters.map(({ name }) => name);
  const lossOf = (weights: Arrays, x: np.Array, target: np.Array): np.Array => {
    const values = new Map([
      ["images", x],
      ...weights.map((weight, i): [string, np.Array] => [names[i] ?? "", weight]),
    ]);
    return nn
      .logSoftmax(run(operations, values))
      .mul(target)
      .sum()
      .mul(-1 / labels.length);
  };
  const x = np.array(images).reshape([...shape]);
  // One step and one compilation before the timing, for they take minutes.
  return adamStep(lossOf, parameters, x, nn.oneHot(np.array(labels), classes), { gradientsBy: "averages" });
}

/** Functions of jax-js consume what they are given: each value is kept until its last use. */
function run(operations: readonly NetworkOperation[], values: Map<string, np.Array>): np.Array {
  const uses = new Map<string, number>();
  for (const name of operations.flatMap(takenBy)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const take: Take = (name) => {
    const value = values.get(name);
    if (value === undefined) throw new RangeError(`there is no ${name}`);
    const left = (uses.get(name) ?? 1) - 1;
    uses.set(name, left);
    return left > 0 ? value.ref : value;
  };
  for (const operation of operations) values.set(operation.output, resultOf(operation, take));
  return take(operations.at(-1)?.output ?? "");
}

function takenBy(operation: NetworkOperation): readonly string[] {
  if ("inputs" in operation) return operation.inputs;
  if (!("weight" in operation)) return [operation.input];
  const { input, weight, bias } = operation;
  return bias === undefined ? [input, weight] : [input, weight, bias];
}

const ALONG_CHANNELS = [1, -1, 1, 1];

function resultOf(operation: NetworkOperation, take: Take): np.Array {
  switch (operation.kind) {
    case "convolution": {
      const { input, weight, bias, stride, padding, groups } = operation;
      const options = { featureGroupCount: groups };
      const maps = lax.convGeneralDilated(take(input), take(weight), [...stride], sides(padding), options);
      return bias === undefined ? maps : maps.add(take(bias).reshape(ALONG_CHANNELS));
    }
    case "norm": {
      const { input, weight, bias, epsilon } = operation;
      // Not by nn.standardize, whose variance is a difference of two means: its gradients are off by hundredths here.
      const x = take(input);
      const centred = x.ref.sub(np.mean(x, [0, 2, 3], { keepdims: true }));
      const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
      return centred
        .div(np.sqrt(variance.add(epsilon)))
        .mul(take(weight).reshape(ALONG_CHANNELS))
        .add(take(bias).reshape(ALONG_CHANNELS));
    }
    case "rectifier":
      return operation.most === undefined ? nn.relu(take(operation.input)) : nn.relu6(take(operation.input));
    case "maxPool": {
      // Behind rectifiers: a zero around is never larger than what is there.
      const [down, across] = sides(operation.padding);
      const x = np.pad(take(operation.input), { 2: down, 3: across });
      return lax.reduceWindow(x, (window) => np.max(window), [...operation.kernel], [...operation.stride]);
    }
    case "means":
      return np.mean(take(operation.input), [2, 3]);
    case "dense":
      return np.matmul(take(operation.input), take(operation.weight).transpose()).add(take(operation.bias));
    case "add": {
      const [a = "", b = ""] = operation.inputs;
      return take(a).add(take(b));
    }
    default: // "avgPool", "concat"
      throw new Error(`no network that learns here has ${operation.kind}`);
  }
}

function sides([top, left, bottom, right]: Around): [[number, number], [number, number]] {
  return [
    [top, bottom],
    [left, right],
  ];
}
