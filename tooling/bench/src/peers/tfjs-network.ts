import type * as Core from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Around, NetworkProblem, NetworkStepProblem } from "../network-problems.ts";
import type { Contender } from "../work.ts";
import { type Fused, type FusedOperation, fused, unfused } from "./fused-network.ts";

type Get = (name: string) => Tensor;

/** A network in use, as tfjs' converter writes graphs: convolutions with their bias and rectifier in one operation. */
export function network(tf: typeof Core, problem: NetworkProblem): Contender {
  const { images, shape, parameters } = problem;
  const steps = fused(problem.operations);
  const depthwise = depthwiseWeights(steps);
  const weights = new Map(
    parameters.map(({ name, shape: own, values }) => [name, laidOut(tf, values, own, depthwise.has(name))]),
  );
  const x = tf.tidy(() => tf.transpose(tf.tensor4d(images, [...shape]), [0, 2, 3, 1]));
  const logits = (): Tensor => run(tf, steps, x, weights);
  return {
    run: () => tf.tidy(() => void logits().dataSync()),
    outputs: () => tf.tidy(() => ({ logits: logits().dataSync<"float32">() })),
    dispose: () => tf.dispose([x, ...weights.values()]),
  };
}

/** A step of Adam on a network, by the backend that is set while it runs. */
export function networkStep(tf: typeof Core, problem: NetworkStepProblem): Contender {
  const before = tf.getBackend();
  void tf.setBackend("cpu");
  const { images, shape, labels, parameters } = problem;
  const classes = problem.operations.at(-1)?.shape[1] ?? 0;
  // Without activations in convolutions: those have no gradient of grouped ones.
  const steps = unfused(problem.operations);
  const depthwise = depthwiseWeights(steps);
  const variables = new Map(
    parameters.map(({ name, shape: own, values }) => [
      name,
      tf.tidy(() => tf.variable(laidOut(tf, values, own, depthwise.has(name)))),
    ]),
  );
  const x = tf.tidy(() => tf.transpose(tf.tensor4d(images, [...shape]), [0, 2, 3, 1]));
  const target = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, "int32"), classes));
  const optimizer = tf.train.adam(0.001);
  const loss = (): ReturnType<typeof tf.scalar> =>
    tf.losses.softmaxCrossEntropy(target, run(tf, steps, x, variables)) as ReturnType<typeof tf.scalar>;
  const list = [...variables.values()];
  return {
    run: () => void optimizer.minimize(loss, false, list),
    outputs: () =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(loss, list);
        const gradients = [...variables].flatMap(([name, variable]) => {
          const gradient = grads[variable.name];
          if (gradient === undefined) throw new Error(`tfjs-cpu returned no gradient of ${name}`);
          const order = { 4: depthwise.has(name) ? [2, 3, 0, 1] : [3, 2, 0, 1], 2: [1, 0] }[variable.rank];
          return [...(order === undefined ? gradient : tf.transpose(gradient, order)).dataSync()];
        });
        const first = value.dataSync<"float32">();
        optimizer.applyGradients(grads as Parameters<typeof optimizer.applyGradients>[0]);
        return { loss: first, gradients }; // not the next loss too: one step may take all the time that there is
      }),
    dispose() {
      tf.dispose([...list, x, target]);
      optimizer.dispose();
      if (before !== undefined) void tf.setBackend(before); // there is none where this backend is alone
    },
  };
}

function depthwiseWeights(steps: readonly FusedOperation[]): ReadonlySet<string> {
  return new Set(steps.flatMap((step) => (step.kind === "convolution" && step.groups > 1 ? [step.weight] : [])));
}

/** In its layout: filters (rows, columns, in, out), (rows, columns, channels, 1) if depthwise; dense weights (in, out). */
function laidOut(tf: typeof Core, values: Float32Array, shape: readonly number[], isDepthwise: boolean): Tensor {
  return tf.tidy(() => {
    const given = tf.tensor(values, [...shape]);
    const order = { 4: isDepthwise ? [2, 3, 0, 1] : [2, 3, 1, 0], 2: [1, 0] }[shape.length];
    return order === undefined ? given : tf.transpose(given, order);
  });
}

function run(
  tf: typeof Core,
  steps: readonly FusedOperation[],
  images: Tensor,
  weights: ReadonlyMap<string, Tensor>,
): Tensor {
  const values = new Map<string, Tensor>([["images", images]]);
  const get: Get = (name) => {
    const found = values.get(name) ?? weights.get(name);
    if (found === undefined) throw new RangeError(`there is no ${name}`);
    return found;
  };
  let last = images;
  for (const step of steps) {
    last = resultOf(tf, step, get);
    values.set(step.output, last);
  }
  return last;
}

function resultOf(tf: typeof Core, step: FusedOperation, get: Get): Tensor {
  switch (step.kind) {
    case "convolution": {
      const { input, weight, bias, stride, groups, activation } = step;
      const [x, filter] = [get(input) as Tensor4D, get(weight) as Tensor4D];
      const pad = explicit(step.padding);
      if (bias === undefined) {
        return groups > 1 ? tf.depthwiseConv2d(x, filter, [...stride], pad) : tf.conv2d(x, filter, [...stride], pad);
      }
      const given = {
        filter,
        strides: [...stride] as [number, number],
        activation: NAMES[activation],
        bias: get(bias),
      };
      if (groups === 1) return tf.fused.conv2d({ ...given, x, pad });
      // The fused depthwise one has no padding by side.
      const around = typeof pad === "number" ? { x, pad } : { x: padded(tf, x, step.padding), pad: 0 };
      return tf.fused.depthwiseConv2d({ ...given, ...around });
    }
    case "norm": {
      const x = get(step.input) as Tensor4D;
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      const [weight, bias] = [get(step.weight) as Tensor1D, get(step.bias) as Tensor1D];
      return tf.batchNorm(x, mean as Tensor1D, variance as Tensor1D, bias, weight, step.epsilon);
    }
    case "rectifier":
      return step.most === undefined ? tf.relu(get(step.input)) : tf.relu6(get(step.input));
    case "maxPool": {
      // Behind rectifiers: a zero around is never larger than what is there.
      const x = padded(tf, get(step.input) as Tensor4D, step.padding);
      return tf.maxPool(x, [...step.kernel], [...step.stride], "valid");
    }
    case "avgPool": {
      const x = padded(tf, get(step.input) as Tensor4D, step.padding);
      return tf.avgPool(x, [...step.kernel], [...step.stride], "valid");
    }
    case "means":
      return tf.mean(get(step.input), [1, 2]);
    case "dense":
      return tf.add(tf.matMul(get(step.input) as Tensor2D, get(step.weight) as Tensor2D), get(step.bias));
    case "add": {
      const [a = "", b = ""] = step.inputs;
      const sum = tf.add(get(a), get(b));
      return step.activation === "none" ? sum : tf.relu(sum);
    }
    default: // "concat"
      return tf.concat(step.inputs.map(get), 3);
  }
}

const NAMES = { none: "linear", relu: "relu", relu6: "relu6" } as const satisfies Record<Fused, string>;

function explicit([top, left, bottom, right]: Around): number | [[0, 0], [number, number], [number, number], [0, 0]] {
  if ([left, bottom, right].every((side) => side === top)) return top;
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

function padded(tf: typeof Core, x: Tensor4D, [top, left, bottom, right]: Around): Tensor4D {
  if (top + left + bottom + right === 0) return x;
  return tf.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
}
