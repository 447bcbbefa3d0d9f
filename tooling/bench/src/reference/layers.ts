import { at, increase } from "./elements.ts";

// Layers in f64 for one example at a time, each the plain loops of its definition. Slow, and easy to check by eye.

/** A layer that remembers what its backward pass needs. */
export interface Layer {
  forward(x: Float64Array): Float64Array;
  /** adds to the parameters' gradients; returns the gradient of the input */
  backward(dy: Float64Array): Float64Array;
}

/** A parameter and its gradient. */
export interface Parameter {
  readonly value: Float64Array;
  readonly gradient: Float64Array;
}

/** 5 × 5, stride 1. */
export function convolution(
  weight: Parameter,
  bias: Parameter,
  { channels, size, padding }: { readonly channels: number; readonly size: number; readonly padding: number },
): Layer {
  const filters = bias.value.length;
  const outSize = size + 2 * padding - 4;
  let input: Float64Array = new Float64Array();

  /** Calls `visit` with the indices of every product in the sum. */
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
export function pooling({ channels, size }: { readonly channels: number; readonly size: number }): Layer {
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
export function dense(weight: Parameter, bias: Parameter): Layer {
  let input: Float64Array = new Float64Array();
  return {
    forward(x) {
      input = x;
      // Plain loops: a batch of sequences goes through them a thousand times. What is not there is NaN here too.
      return bias.value.map((start, i) => {
        let sum = start;
        for (let j = 0; j < x.length; j++) sum += (weight.value[i * x.length + j] as number) * (x[j] as number);
        return sum;
      });
    },
    backward(dy) {
      const dx = new Float64Array(input.length);
      for (const [i, gradient] of dy.entries()) {
        increase(bias.gradient, i, gradient);
        for (let j = 0, w = i * input.length; j < input.length; j++, w++) {
          weight.gradient[w] = (weight.gradient[w] as number) + gradient * (input[j] as number);
          dx[j] = (dx[j] as number) + gradient * (weight.value[w] as number);
        }
      }
      return dx;
    },
  };
}

export function relu(): Layer {
  let output: Float64Array = new Float64Array();
  return {
    forward: (x) => (output = x.map((value) => Math.max(value, 0))),
    backward: (dy) => dy.map((gradient, i) => (at(output, i) > 0 ? gradient : 0)),
  };
}
