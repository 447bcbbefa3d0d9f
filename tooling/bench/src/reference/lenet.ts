import type { LeNetProblem, Outputs } from "../work.ts";
import { at, increase } from "./elements.ts";

// LeNet-5 in f64, one image at a time, each layer the plain loops of its definition. Slow, and easy to check by eye.

/** A layer that remembers what its backward pass needs. */
interface Layer {
  forward(x: Float64Array): Float64Array;
  /** adds to the parameters' gradients; returns the gradient of the input */
  backward(dy: Float64Array): Float64Array;
}

/** A parameter and its gradient. */
interface Parameter {
  readonly value: Float64Array;
  readonly gradient: Float64Array;
}

/** Loss and gradients of the mean cross-entropy over the batch, and the loss after one step of Adam. */
export function lenetStep(problem: LeNetProblem): Outputs {
  const parameters = problem.parameters.map(({ values }) => ({
    value: Float64Array.from(values),
    gradient: new Float64Array(values.length),
  }));
  const layers = lenet(parameters);
  const loss = forwardAndBackward(layers, problem);
  const gradients = parameters.flatMap(({ gradient }) => [...gradient]);
  for (const { value, gradient } of parameters) {
    // Adam's first step: both running averages, corrected for their start at zero, are the gradient and its square.
    gradient.forEach((g, i) => increase(value, i, (-0.001 * g) / (Math.abs(g) + 1e-8)));
  }
  return { loss: [loss], gradients, nextLoss: [forwardAndBackward(layers, problem)] };
}

function lenet(parameters: readonly Parameter[]): readonly Layer[] {
  const [w1, b1, w2, b2, w3, b3, w4, b4, w5, b5] = parameters;
  if (!w1 || !b1 || !w2 || !b2 || !w3 || !b3 || !w4 || !b4 || !w5 || !b5) throw new RangeError("lenet: 10 parameters");
  return [
    convolution(w1, b1, { channels: 1, size: 28, padding: 2 }),
    relu(),
    pooling({ channels: 6, size: 28 }),
    convolution(w2, b2, { channels: 6, size: 14, padding: 0 }),
    relu(),
    pooling({ channels: 16, size: 10 }),
    dense(w3, b3),
    relu(),
    dense(w4, b4),
    relu(),
    dense(w5, b5),
  ];
}

function forwardAndBackward(layers: readonly Layer[], { batch, images, labels }: LeNetProblem): number {
  let loss = 0;
  for (let n = 0; n < batch; n++) {
    const image = Float64Array.from(images.subarray(n * 784, (n + 1) * 784));
    const logits = layers.reduce<Float64Array>((x, layer) => layer.forward(x), image);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const label = at(labels, n);
    loss += (Math.log(total) - at(logits, label)) / batch;
    const dy = logits.map((logit, i) => (Math.exp(logit) / total - Number(i === label)) / batch);
    layers.reduceRight<Float64Array>((gradient, layer) => layer.backward(gradient), dy);
  }
  return loss;
}

/** 5 × 5, stride 1: calls `visit` with the indices of every product in the sum. */
function convolution(
  weight: Parameter,
  bias: Parameter,
  { channels, size, padding }: { readonly channels: number; readonly size: number; readonly padding: number },
): Layer {
  const filters = bias.value.length;
  const outSize = size + 2 * padding - 4;
  let input: Float64Array = new Float64Array();

  function products(visit: (y: number, w: number, x: number) => void): void {
    for (let f = 0; f < filters; f++) {
      for (let i = 0; i < outSize; i++) {
        for (let j = 0; j < outSize; j++) {
          const y = (f * outSize + i) * outSize + j;
          for (let c = 0; c < channels; c++) {
            for (let tap = 0; tap < 25; tap++) {
              const row = i + Math.floor(tap / 5) - padding;
              const column = j + (tap % 5) - padding;
              if (row < 0 || row >= size || column < 0 || column >= size) continue;
              visit(y, (f * channels + c) * 25 + tap, (c * size + row) * size + column);
            }
          }
        }
      }
    }
  }

  return {
    forward(x) {
      input = x;
      const out = Float64Array.from({ length: filters * outSize ** 2 }, (_, y) =>
        at(bias.value, Math.floor(y / outSize ** 2)),
      );
      products((y, w, pixel) => increase(out, y, at(weight.value, w) * at(x, pixel)));
      return out;
    },
    backward(dy) {
      const dx = new Float64Array(input.length);
      products((y, w, pixel) => {
        increase(weight.gradient, w, at(dy, y) * at(input, pixel));
        increase(dx, pixel, at(dy, y) * at(weight.value, w));
      });
      dy.forEach((value, y) => increase(bias.gradient, Math.floor(y / outSize ** 2), value));
      return dx;
    },
  };
}

/** The largest of each 2 × 2. */
function pooling({ channels, size }: { readonly channels: number; readonly size: number }): Layer {
  const half = size / 2;
  let winners: number[] = [];
  return {
    forward(x) {
      winners = Array.from({ length: channels * half * half }, (_, y) => {
        const row = 2 * Math.floor(y / half); // counted through the planes, which are of even height
        const corner = row * size + 2 * (y % half);
        const window = [corner, corner + 1, corner + size, corner + size + 1];
        return window.reduce((best, candidate) => (at(x, candidate) > at(x, best) ? candidate : best));
      });
      return Float64Array.from(winners, (winner) => at(x, winner));
    },
    backward(dy) {
      const dx = new Float64Array(channels * size * size);
      winners.forEach((winner, y) => increase(dx, winner, at(dy, y)));
      return dx;
    },
  };
}

/** y = W x + b with W (outputs, inputs). */
function dense(weight: Parameter, bias: Parameter): Layer {
  let input: Float64Array = new Float64Array();
  return {
    forward(x) {
      input = x;
      const row = (i: number): Float64Array => weight.value.subarray(i * x.length, (i + 1) * x.length);
      return bias.value.map((start, i) => row(i).reduce((sum, w, j) => sum + w * at(x, j), start));
    },
    backward(dy) {
      const dx = new Float64Array(input.length);
      dy.forEach((gradient, i) => {
        increase(bias.gradient, i, gradient);
        input.forEach((x, j) => {
          increase(weight.gradient, i * input.length + j, gradient * x);
          increase(dx, j, gradient * at(weight.value, i * input.length + j));
        });
      });
      return dx;
    },
  };
}

function relu(): Layer {
  let output: Float64Array = new Float64Array();
  return {
    forward: (x) => (output = x.map((value) => Math.max(value, 0))),
    backward: (dy) => dy.map((gradient, i) => (at(output, i) > 0 ? gradient : 0)),
  };
}
