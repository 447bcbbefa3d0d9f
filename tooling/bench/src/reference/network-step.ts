import type { ConvolutionOperation, NetworkOperation, NetworkStepProblem, PoolOperation } from "../network-problems.ts";
import type { Outputs } from "../work.ts";
import { at, increase } from "./elements.ts";
import { productOf, resultOf, type Values } from "./network.ts";
import { crossEntropy, inDoubles, stepOf } from "./training-step.ts";

/** A tensor and the gradient with respect to it. */
interface Node extends Values {
  readonly gradient: Float64Array;
}

/** A network's step in f64, see `stepOf`: norms use the statistics of the batch. */
export function networkStep({ images, shape, operations, parameters, labels }: NetworkStepProblem): Outputs {
  const learned = inDoubles(parameters);
  return stepOf(learned, () => {
    const nodes = new Map<string, Node>([["images", nodeOf(Float64Array.from(images), shape)]]);
    learned.forEach(({ value, gradient }, i) => {
      const { name = "", shape: own = [] } = parameters[i] ?? {};
      nodes.set(name, { values: value, gradient, shape: own });
    });
    const get = (name: string): Node => {
      const node = nodes.get(name);
      if (node === undefined) throw new RangeError(`there is no ${name}`);
      return node;
    };
    for (const operation of operations) {
      const values =
        operation.kind === "norm"
          ? normalised(
              get(operation.input),
              get(operation.weight).values,
              get(operation.bias).values,
              operation.epsilon,
            )
          : resultOf(operation, get);
      nodes.set(operation.output, nodeOf(values, operation.shape));
    }
    const last = get(operations.at(-1)?.output ?? "");
    const classes = last.values.length / labels.length;
    let loss = 0;
    labels.forEach((label, n) => {
      const one = crossEntropy(last.values.slice(n * classes, (n + 1) * classes), label, labels.length);
      loss += one.loss;
      last.gradient.set(one.gradient, n * classes);
    });
    for (const operation of operations.toReversed()) handBack(operation, get(operation.output), get);
    return loss;
  });
}

function nodeOf(values: Float64Array, shape: readonly number[]): Node {
  return { values, shape, gradient: new Float64Array(values.length) };
}

/** Adds to the gradients of what an operation took. */
function handBack(operation: NetworkOperation, { values: y, gradient: dy }: Node, get: (name: string) => Node): void {
  switch (operation.kind) {
    case "convolution":
      return convolutionBack(
        operation,
        dy,
        get(operation.input),
        get(operation.weight),
        operation.bias === undefined ? undefined : get(operation.bias),
      );
    case "norm":
      return normBack(get(operation.input), get(operation.weight), get(operation.bias), operation.epsilon, dy);
    case "rectifier": {
      const x = get(operation.input);
      const most = operation.most ?? Infinity;
      dy.forEach((g, i) => {
        if (at(x.values, i) > 0 && at(x.values, i) < most) increase(x.gradient, i, g);
      });
      return;
    }
    case "maxPool":
    case "avgPool":
      return poolBack(operation, y, dy, get(operation.input));
    case "means": {
      const x = get(operation.input);
      const area = x.values.length / dy.length;
      x.gradient.forEach((_, i) => increase(x.gradient, i, at(dy, Math.floor(i / area)) / area));
      return;
    }
    case "dense": {
      const [x, weight, bias] = [get(operation.input), get(operation.weight), get(operation.bias)];
      const [outputs = 0, inputs = 0] = weight.shape;
      dy.forEach((g, i) => {
        const [row, output] = [Math.floor(i / outputs) * inputs, i % outputs];
        increase(bias.gradient, output, g);
        for (let k = 0; k < inputs; k++) {
          increase(weight.gradient, output * inputs + k, g * at(x.values, row + k));
          increase(x.gradient, row + k, g * at(weight.values, output * inputs + k));
        }
      });
      return;
    }
    case "add":
      for (const name of operation.inputs) {
        const { gradient } = get(name);
        dy.forEach((g, i) => increase(gradient, i, g));
      }
      return;
    case "concat":
      throw new Error("no network that learns here has branches side by side");
  }
}

/** Calls `visit` for each channel with the places of its elements. */
function eachChannel({ shape }: Values, visit: (channel: number, places: readonly number[]) => void): void {
  const [batch = 0, channels = 0, ...area] = shape;
  const size = productOf(area);
  for (let c = 0; c < channels; c++) {
    const places = Array.from(
      { length: batch * size },
      (_, i) => (Math.floor(i / size) * channels + c) * size + (i % size),
    );
    visit(c, places);
  }
}

function statisticsOf(
  x: Float64Array,
  places: readonly number[],
  epsilon: number,
): readonly [mean: number, inverse: number] {
  const mean = places.reduce((sum, i) => sum + at(x, i), 0) / places.length;
  const variance = places.reduce((sum, i) => sum + (at(x, i) - mean) ** 2, 0) / places.length;
  return [mean, 1 / Math.sqrt(variance + epsilon)];
}

function normalised(x: Values, weight: Float64Array, bias: Float64Array, epsilon: number): Float64Array {
  const out = new Float64Array(x.values.length);
  eachChannel(x, (c, places) => {
    const [mean, inverse] = statisticsOf(x.values, places, epsilon);
    for (const i of places) out[i] = (at(x.values, i) - mean) * inverse * at(weight, c) + at(bias, c);
  });
  return out;
}

/** dx = weight · inverse · (dy − mean(dy) − x̂ · mean(dy ⊙ x̂)), Ioffe & Szegedy 2015, section 3. */
function normBack(x: Node, weight: Node, bias: Node, epsilon: number, dy: Float64Array): void {
  eachChannel(x, (c, places) => {
    const [mean, inverse] = statisticsOf(x.values, places, epsilon);
    const hat = (i: number): number => (at(x.values, i) - mean) * inverse;
    const sum = places.reduce((total, i) => total + at(dy, i), 0);
    const along = places.reduce((total, i) => total + at(dy, i) * hat(i), 0);
    increase(bias.gradient, c, sum);
    increase(weight.gradient, c, along);
    const scale = at(weight.values, c) * inverse;
    for (const i of places) increase(x.gradient, i, scale * (at(dy, i) - (sum + hat(i) * along) / places.length));
  });
}

function poolBack(
  { kind, kernel, stride, padding: [top, left], shape }: PoolOperation,
  y: Float64Array,
  dy: Float64Array,
  x: Node,
): void {
  const [, , rows = 0, columns = 0] = shape;
  const [, , height = 0, width = 0] = x.shape;
  dy.forEach((g, i) => {
    const map = Math.floor(i / (rows * columns));
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    for (let u = 0; u < kernel[0]; u++) {
      for (let v = 0; v < kernel[1]; v++) {
        const [down, across] = [row * stride[0] + u - top, column * stride[1] + v - left];
        if (down < 0 || down >= height || across < 0 || across >= width) continue;
        const place = (map * height + down) * width + across;
        if (kind === "avgPool") increase(x.gradient, place, g / (kernel[0] * kernel[1]));
        else if (at(x.values, place) === at(y, i)) return increase(x.gradient, place, g); // the first of equals
      }
    }
  });
}

/** As the forward goes, row by row. */
function convolutionBack(
  { stride: [down, across], padding: [top, left], groups, shape }: ConvolutionOperation,
  dy: Float64Array,
  x: Node,
  weight: Node,
  bias: Node | undefined,
): void {
  const [batch = 0, filters = 0, rows = 0, columns = 0] = shape;
  const [, channels = 0, height = 0, width = 0] = x.shape;
  const [, taken = 0, kernelRows = 0, kernelColumns = 0] = weight.shape;
  for (let n = 0; n < batch; n++) {
    for (let f = 0; f < filters; f++) {
      const map = (n * filters + f) * rows * columns;
      if (bias !== undefined)
        increase(
          bias.gradient,
          f,
          dy.subarray(map, map + rows * columns).reduce((sum, g) => sum + g, 0),
        );
      const first = Math.floor(f / (filters / groups)) * taken;
      for (let c = 0; c < taken; c++) {
        const channel = (n * channels + first + c) * height * width;
        for (let u = 0; u < kernelRows; u++) {
          for (let v = 0; v < kernelColumns; v++) {
            const place = ((f * taken + c) * kernelRows + u) * kernelColumns + v;
            const tap = at(weight.values, place);
            const begin = Math.max(0, Math.ceil((left - v) / across));
            const end = Math.min(columns, Math.floor((width - 1 + left - v) / across) + 1);
            let ofTap = 0;
            for (let i = 0; i < rows; i++) {
              const row = i * down + u - top;
              if (row < 0 || row >= height) continue;
              const [from, to] = [channel + row * width + v - left, map + i * columns];
              for (let j = begin; j < end; j++) {
                const [g, source] = [dy[to + j] as number, from + j * across];
                ofTap += g * (x.values[source] as number);
                x.gradient[source] = (x.gradient[source] as number) + g * tap;
              }
            }
            increase(weight.gradient, place, ofTap);
          }
        }
      }
    }
  }
}
