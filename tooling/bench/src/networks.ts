import { noGrad } from "@unfoldjs/autograd";
import type { Layer } from "@unfoldjs/nn";
import { type Call, fromArray, Generator, scope, type Tensor, withHandler } from "@unfoldjs/tensor-core";
import { foldBatchNorm, GoogLeNet, InceptionV3, MobileNetV2, ResNet } from "@unfoldjs/vision-layers";
import type { Around, NetworkName, NetworkOperation, NetworkProblem } from "./network-problems.ts";
import { randomArray, uniform } from "./random.ts";

const MODELS: Readonly<Record<NetworkName, (classes: number, generator: Generator) => Layer>> = {
  GoogLeNet: (classes, generator) => new GoogLeNet({ classes, auxLogits: false, dropout: 0, generator }),
  InceptionV3: (classes, generator) => new InceptionV3({ classes, auxLogits: false, dropout: 0, generator }),
  MobileNetV2: (classes, generator) => new MobileNetV2({ classes, dropout: 0, generator }),
  "ResNet-18": (classes, generator) => new ResNet(18, { classes, generator }),
};

/** A network as it learns: always with the same numbers. */
export function learningNetwork(name: NetworkName, classes: number): Layer {
  return MODELS[name](classes, new Generator(1));
}

/** A network in use, its batch norms taken into its convolutions, as exporters and runtimes do it: always with the same numbers. */
export function networkInUse(name: NetworkName, size: number): Layer {
  const model = MODELS[name](1000, new Generator(1));
  // Statistics as of pictures, so that numbers neither grow nor vanish on the way.
  const few = new Generator(2).normal([4, 3, 96, 96]);
  noGrad(() => scope(() => void model.forward(few)));
  few.dispose();
  foldBatchNorm(model, [1, 3, size, size]);
  return model;
}

/** Poses a network and a batch of pictures as the operations that our own run of it calls. */
export function posed(network: NetworkName, model: Layer, batch: number, size: number): NetworkProblem {
  const shape = [batch, 3, size, size] as const;
  const images = randomArray(uniform(size), batch * 3 * size * size);
  const names = new Map<unknown, string>();
  const state = Object.entries(model.stateDict());
  for (const [name, tensor] of state) names.set(tensor, name);
  const operations: NetworkOperation[] = [];
  const used = new Set<string>();
  const named = (tensor: unknown): string => {
    const name = names.get(tensor);
    if (name === undefined) throw new Error(`${network} uses a tensor that is neither a parameter nor a result`);
    used.add(name);
    return name;
  };
  const x = fromArray(images, shape);
  names.set(x, "images");
  const record = (call: Call, results: Readonly<Record<string, unknown>>): void => {
    const result = results["y"] as Tensor | undefined;
    if (result === undefined) return; // running statistics
    const output = `t${operations.length}`;
    const operation = operationOf(call, output, result.shape, named, operations);
    names.set(result, operation === undefined ? named(call.inputs["x"]) : output);
    if (operation !== undefined) operations.push(operation);
  };
  const recorder = {
    name: "bench",
    handle(call: Call, next: () => Record<string, unknown>) {
      const results = next();
      record(call, results);
      return results;
    },
  };
  noGrad(() => withHandler(recorder as never, () => scope(() => void model.forward(x))));
  x.dispose();
  const parameters = state
    .filter(([name]) => used.has(name))
    .map(([name, tensor]) => ({ name, shape: tensor.shape, values: tensor.data() as Float32Array }));
  return { network, shape, images, operations, parameters };
}

/** @returns undefined for a view, which is what it looks at */
function operationOf(
  { op, inputs, attributes }: Call,
  output: string,
  shape: readonly number[],
  named: (tensor: unknown) => string,
  before: readonly NetworkOperation[],
): NetworkOperation | undefined {
  const one = (): { output: string; shape: readonly number[]; input: string } => ({
    output,
    shape,
    input: named(inputs["x"]),
  });
  const given = attributes as Attributes;
  switch (op.name) {
    case "conv2d": {
      const { stride, padding, groups } = given;
      const bias = inputs["bias"] === undefined ? undefined : named(inputs["bias"]);
      return { kind: "convolution", ...one(), weight: named(inputs["weight"]), bias, stride, padding, groups };
    }
    case "batchNorm":
      return {
        kind: "norm",
        ...one(),
        weight: named(inputs["weight"]),
        bias: named(inputs["bias"]),
        epsilon: given.epsilon,
      };
    case "relu":
      return { kind: "rectifier", ...one(), most: undefined };
    case "clamp":
      return { kind: "rectifier", ...one(), most: given.high };
    case "maxPool2d":
    case "avgPool2d": {
      const { windows } = given;
      const { input } = one();
      if (windows.kind === "adaptive") return { kind: "means", output, shape: shape.slice(0, 2), input };
      const from = before.find((each) => each.output === input)?.shape ?? [];
      const kind = op.name === "maxPool2d" ? "maxPool" : "avgPool";
      return {
        kind,
        output,
        shape,
        input,
        kernel: windows.kernel,
        stride: windows.stride,
        padding: reached(windows, from, shape),
      };
    }
    case "add":
      return { kind: "add", output, shape, inputs: [named(inputs["a"]), named(inputs["b"])] };
    case "concat":
      return { kind: "concat", output, shape, inputs: Object.values(inputs).map(named) };
    case "linear":
      return { kind: "dense", ...one(), weight: named(inputs["weight"]), bias: named(inputs["bias"]) };
    case "viewAs":
      return undefined;
    default:
      throw new Error(`the bench cannot pose ${op.name} to others`);
  }
}

/** Padding as far as the last window reaches, so that a size that is rounded up is one that is not. */
function reached({ kernel, stride, padding }: Windows, from: readonly number[], to: readonly number[]): Around {
  const [top, left, bottom, right] = padding;
  const more = ([axis, before, after]: readonly [0 | 1, number, number]): number => {
    const [size = 0, count = 0] = [from[axis + 2], to[axis + 2]];
    return Math.max((count - 1) * stride[axis] + kernel[axis] - size - before, after);
  };
  return [top, left, more([0, top, bottom]), more([1, left, right])];
}

interface Windows {
  readonly kind: "sliding" | "adaptive";
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: Around;
}

interface Attributes {
  readonly stride: readonly [number, number];
  readonly padding: Around;
  readonly groups: number;
  readonly epsilon: number;
  readonly high: number;
  readonly windows: Windows;
}
