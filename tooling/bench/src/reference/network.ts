import type { ConvolutionOperation, NetworkOperation, NetworkProblem, PoolOperation } from "../network-problems.ts";
import type { Outputs } from "../work.ts";
import { at } from "./elements.ts";

type Shape = readonly number[];
export interface Values {
  readonly values: Float64Array;
  readonly shape: Shape;
}

/** A network's logits in f64, each operation by its definition. */
export function networkLogits({ images, shape, operations, parameters }: NetworkProblem): Outputs {
  const found = new Map<string, Values>([["images", { values: Float64Array.from(images), shape }]]);
  for (const { name, values, shape: own } of parameters)
    found.set(name, { values: Float64Array.from(values), shape: own });
  const get = (name: string): Values => {
    const tensor = found.get(name);
    if (tensor === undefined) throw new RangeError(`there is no ${name}`);
    return tensor;
  };
  let last: Values | undefined;
  for (const operation of operations) {
    last = { values: resultOf(operation, get), shape: operation.shape };
    found.set(operation.output, last);
  }
  return { logits: last?.values ?? [] };
}

export function productOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function resultOf(operation: NetworkOperation, get: (name: string) => Values): Float64Array {
  switch (operation.kind) {
    case "convolution":
      return convolved(
        operation,
        get(operation.input),
        get(operation.weight),
        operation.bias === undefined ? undefined : get(operation.bias),
      );
    case "maxPool":
    case "avgPool":
      return pooled(operation, get(operation.input));
    case "rectifier":
      return get(operation.input).values.map((value) => Math.min(Math.max(value, 0), operation.most ?? Infinity));
    case "means": {
      const { values, shape } = get(operation.input);
      const area = productOf(shape.slice(2));
      return Float64Array.from(
        { length: productOf(operation.shape) },
        (_, map) => values.subarray(map * area, (map + 1) * area).reduce((sum, value) => sum + value, 0) / area,
      );
    }
    case "dense": {
      const [{ values: x }, { values: weight, shape }, { values: bias }] = [
        get(operation.input),
        get(operation.weight),
        get(operation.bias),
      ];
      const [outputs = 0, inputs = 0] = shape;
      return Float64Array.from({ length: productOf(operation.shape) }, (_, i) => {
        const [row, output] = [Math.floor(i / outputs) * inputs, i % outputs];
        let sum = at(bias, output);
        for (let k = 0; k < inputs; k++) sum += at(weight, output * inputs + k) * at(x, row + k);
        return sum;
      });
    }
    case "add": {
      const [a, b] = operation.inputs.map((name) => get(name).values);
      return (a ?? new Float64Array()).map((value, i) => value + at(b ?? [], i));
    }
    case "concat":
      return concatenated(operation.inputs.map(get), operation.shape);
    default: // "norm"
      throw new Error("a network in use has no batch norm of its own");
  }
}

/** Row by row: each tap of a filter adds a shifted row of a channel to a row of a map. */
function convolved(
  { stride: [down, across], padding: [top, left], groups, shape }: ConvolutionOperation,
  x: Values,
  weight: Values,
  bias: Values | undefined,
): Float64Array {
  const [batch = 0, filters = 0, rows = 0, columns = 0] = shape;
  const [, channels = 0, height = 0, width = 0] = x.shape;
  const [, taken = 0, kernelRows = 0, kernelColumns = 0] = weight.shape;
  const out = new Float64Array(productOf(shape));
  for (let n = 0; n < batch; n++) {
    for (let f = 0; f < filters; f++) {
      const map = (n * filters + f) * rows * columns;
      if (bias !== undefined) out.fill(at(bias.values, f), map, map + rows * columns);
      const first = Math.floor(f / (filters / groups)) * taken;
      for (let c = 0; c < taken; c++) {
        const channel = (n * channels + first + c) * height * width;
        for (let u = 0; u < kernelRows; u++) {
          for (let v = 0; v < kernelColumns; v++) {
            const tap = at(weight.values, ((f * taken + c) * kernelRows + u) * kernelColumns + v);
            const begin = Math.max(0, Math.ceil((left - v) / across));
            const end = Math.min(columns, Math.floor((width - 1 + left - v) / across) + 1);
            for (let i = 0; i < rows; i++) {
              const row = i * down + u - top;
              if (row < 0 || row >= height) continue;
              const [from, to] = [channel + row * width + v - left, map + i * columns];
              for (let j = begin; j < end; j++) {
                out[to + j] = (out[to + j] as number) + tap * (x.values[from + j * across] as number);
              }
            }
          }
        }
      }
    }
  }
  return out;
}

function pooled({ kind, kernel, stride, padding: [top, left], shape }: PoolOperation, x: Values): Float64Array {
  const [, , rows = 0, columns = 0] = shape;
  const [, , height = 0, width = 0] = x.shape;
  const isMax = kind === "maxPool";
  return Float64Array.from({ length: productOf(shape) }, (_, i) => {
    const map = Math.floor(i / (rows * columns));
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    let result = isMax ? -Infinity : 0;
    for (let u = 0; u < kernel[0]; u++) {
      for (let v = 0; v < kernel[1]; v++) {
        const [y, z] = [row * stride[0] + u - top, column * stride[1] + v - left];
        if (y < 0 || y >= height || z < 0 || z >= width) continue;
        const value = at(x.values, (map * height + y) * width + z);
        result = isMax ? Math.max(result, value) : result + value;
      }
    }
    return isMax ? result : result / (kernel[0] * kernel[1]);
  });
}

function concatenated(parts: readonly Values[], shape: Shape): Float64Array {
  const out = new Float64Array(productOf(shape));
  const [batch = 0] = shape;
  const whole = out.length / batch;
  for (let n = 0; n < batch; n++) {
    let start = n * whole;
    for (const { values } of parts) {
      const size = values.length / batch;
      out.set(values.subarray(n * size, (n + 1) * size), start);
      start += size;
    }
  }
  return out;
}
