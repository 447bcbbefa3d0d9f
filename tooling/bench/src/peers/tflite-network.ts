import type { Around, NetworkProblem } from "../network-problems.ts";
import { type Fused, type FusedOperation, fused } from "./fused-network.ts";
import { graphTflite, type Operator, type TfliteOperation, type TfliteTensor } from "./tflite-model.ts";

const ACTIVATIONS: Readonly<Record<Fused, number>> = { none: 0, relu: 1, relu6: 3 };
const [SAME, VALID] = [0, 1] as const;

/** The bytes of a TensorFlow Lite model of a network in use, channels last, that takes pictures (1, size, size, 3). */
export function networkTflite(problem: NetworkProblem): Uint8Array {
  const { shape, parameters } = problem;
  const steps = fused(problem.operations);
  const tensors: TfliteTensor[] = [];
  const operations: TfliteOperation[] = [];
  const add = (tensor: TfliteTensor): number => tensors.push(tensor) - 1;
  const numbers = (values: readonly number[], own: readonly number[] = [values.length]): number =>
    add({ shape: own, values: Int32Array.from(values) });

  const places = new Map([["images", add({ shape: channelsLast(shape) })]]);
  const depthwise = new Set(
    steps.flatMap((step) => (step.kind === "convolution" && step.groups > 1 ? [step.weight] : [])),
  );
  for (const { name, shape: own, values } of parameters) {
    places.set(name, add(own.length === 4 ? filters(values, own, depthwise.has(name)) : { shape: own, values }));
  }
  const place = (name: string): number => {
    const found = places.get(name);
    if (found === undefined) throw new RangeError(`there is no ${name}`);
    return found;
  };
  const apply = (operator: Operator, inputs: readonly number[], own: readonly number[]): number => {
    const output = add({ shape: own });
    operations.push({ operator, inputs, output });
    return output;
  };
  /** Zeros around, as an operator of its own. */
  const padded = (input: number, [top, left, bottom, right]: Around): number => {
    if (top + left + bottom + right === 0) return input;
    const [batch = 0, rows = 0, columns = 0, channels = 0] = tensors[input]?.shape ?? [];
    const around = numbers([0, 0, top, bottom, left, right, 0, 0], [4, 2]);
    return apply(
      { code: 34, options: 22 },
      [input, around],
      [batch, rows + top + bottom, columns + left + right, channels],
    );
  };

  const resultOf = (step: FusedOperation): number => {
    const own = channelsLast(step.shape);
    switch (step.kind) {
      case "convolution": {
        const [weight, bias] = [place(step.weight), place(step.bias ?? "")];
        const [, rows = 0, columns = 0] = tensors[weight]?.shape ?? [];
        const keepsSize = isSame(step.padding, step.stride, [rows, columns]);
        const x = keepsSize ? place(step.input) : padded(place(step.input), step.padding);
        const placement: Operator["fields"] = [
          [0, "byte", keepsSize ? SAME : VALID],
          [1, "int", step.stride[1]],
          [2, "int", step.stride[0]],
        ];
        const activation = ACTIVATIONS[step.activation];
        const operator: Operator =
          step.groups > 1
            ? { code: 4, options: 2, fields: [...placement, [3, "int", 1], [4, "byte", activation]] }
            : { code: 3, options: 1, fields: [...placement, [3, "byte", activation]] };
        return apply(operator, [x, weight, bias], own);
      }
      case "maxPool":
      case "avgPool": {
        // Behind rectifiers: a zero around is never larger than what is there. Means would leave it out.
        const x = padded(place(step.input), step.padding);
        const fields: Operator["fields"] = [
          [0, "byte", VALID],
          [1, "int", step.stride[1]],
          [2, "int", step.stride[0]],
          [3, "int", step.kernel[1]],
          [4, "int", step.kernel[0]],
        ];
        return apply({ code: step.kind === "maxPool" ? 17 : 1, options: 5, fields }, [x], own);
      }
      case "rectifier":
        return apply({ code: step.most === undefined ? 19 : 21 }, [place(step.input)], own);
      case "means":
        return apply({ code: 40, options: 27 }, [place(step.input), numbers([1, 2])], own);
      case "dense":
        return apply({ code: 9, options: 8 }, [place(step.input), place(step.weight), place(step.bias)], own);
      case "add":
        return apply(
          { code: 0, options: 11, fields: [[0, "byte", ACTIVATIONS[step.activation]]] },
          step.inputs.map(place),
          own,
        );
      case "concat":
        return apply({ code: 2, options: 10, fields: [[0, "int", 3]] }, step.inputs.map(place), own);
      default: // "norm"
        throw new Error("a network in use has no batch norm of its own");
    }
  };
  let last = 0;
  for (const step of steps) {
    last = resultOf(step);
    places.set(step.output, last);
  }
  return graphTflite(tensors, operations, [0], last);
}

function isSame(
  [top, left, bottom, right]: Around,
  stride: readonly [number, number],
  [rows, columns]: readonly [number, number],
): boolean {
  const [down, across] = [rows - 1, columns - 1];
  return (
    stride.every((step) => step === 1) && top === bottom && left === right && 2 * top === down && 2 * left === across
  );
}

function channelsLast(shape: readonly number[]): readonly number[] {
  const [batch = 0, channels = 0, ...area] = shape;
  return [batch, ...area, channels];
}

/** (out, in, rows, columns) as (out, rows, columns, in), or of depthwise ones (channels, 1, …) as (1, rows, columns, channels). */
function filters(values: Float32Array, shape: readonly number[], isDepthwise: boolean): TfliteTensor {
  const [outputs = 0, inputs = 0, rows = 0, columns = 0] = shape;
  const [count, channels] = isDepthwise ? [1, outputs] : [outputs, inputs];
  const area = rows * columns;
  const turned = new Float32Array(values.length);
  for (let n = 0, i = 0; n < count; n++) {
    for (let c = 0; c < channels; c++) {
      for (let at = 0; at < area; at++, i++) turned[(n * area + at) * channels + c] = values[i] ?? NaN;
    }
  }
  return { shape: [count, rows, columns, channels], values: turned };
}
