import { attend, attendBackward } from "./attention.ts";
import { at, increase } from "./elements.ts";
import type { Layer, Parameter } from "./layers.ts";
import { multiply, transpose } from "./matmul.ts";
import { normGradient } from "./norms.ts";

// Layers in f64 for all rows at once, (rows, features).

/** y = x Wᵀ + b with W (outputs, inputs); without a bias where there is none. */
export function denseRows(weight: Parameter, inputs: number, bias?: Parameter): Layer {
  const outputs = weight.value.length / inputs;
  let input: Float64Array = new Float64Array();
  return {
    forward(x) {
      input = x;
      const product = multiply(x, transpose(weight.value, outputs, inputs), x.length / inputs, inputs, outputs);
      return product.map((value, i) => value + (bias ? at(bias.value, i % outputs) : 0));
    },
    backward(dy) {
      const rows = dy.length / outputs;
      const dWeight = multiply(transpose(dy, rows, outputs), input, outputs, rows, inputs);
      dWeight.forEach((value, i) => increase(weight.gradient, i, value));
      if (bias) dy.forEach((value, i) => increase(bias.gradient, i % outputs, value));
      return multiply(dy, weight.value, rows, outputs, inputs);
    },
  };
}

export function layerNormRows(weight: Parameter, bias: Parameter): Layer {
  const features = bias.value.length;
  let input: Float64Array = new Float64Array();
  const normalised = (upstream: Float64Array): ReturnType<typeof normGradient> =>
    normGradient({
      kind: "layer",
      shape: [input.length / features, features],
      epsilon: 1e-5,
      x: input,
      weight: weight.value,
      bias: bias.value,
      upstream,
    });
  return {
    forward(x) {
      input = x;
      return normalised(new Float64Array(x.length)).y;
    },
    backward(dy) {
      const found = normalised(dy);
      found.weight.forEach((value, i) => increase(weight.gradient, i, value));
      found.bias.forEach((value, i) => increase(bias.gradient, i, value));
      return found.x;
    },
  };
}

/** x Φ(x), with Φ the standard normal distribution. */
export function gelu(): Layer {
  let input: Float64Array = new Float64Array();
  return {
    forward(x) {
      input = x;
      return x.map((value) => value * normalDistribution(value));
    },
    backward: (dy) =>
      dy.map((d, i) => {
        const x = at(input, i);
        return d * (normalDistribution(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI));
      }),
  };
}

/** 1/2 + φ(x) · (x + x³/3 + x⁵/(3 · 5) + …), Marsaglia 2004: terms of one sign, none of which cancels. */
function normalDistribution(x: number): number {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
  let sum = x;
  let term = x;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Causal attention of heads: from queries, keys and values beside each other, (batch · time, 3 · features), to (…, features). */
export function causalAttention(batch: number, time: number, heads: number): Layer {
  let input: Float64Array = new Float64Array();
  let saved: Float64Array[] = [];
  const featuresOf = (x: Float64Array): number => x.length / (batch * time * 3);
  /** Where the numbers of a head's rows stand among all, for queries (0), keys (1) or values (2). */
  const partOf = (x: Float64Array, head: number, part: number, width: number): Float64Array => {
    const size = featuresOf(input) / heads;
    return Float64Array.from({ length: time * size }, (_, i) => at(x, placeOf(head, part, i, width)));
  };
  const placeOf = (head: number, part: number, i: number, width: number): number => {
    const features = featuresOf(input);
    const size = features / heads;
    const row = Math.floor(head / heads) * time + Math.floor(i / size);
    return row * width + part * features + (head % heads) * size + (i % size);
  };
  const headOf = (head: number): Record<"query" | "key" | "value", Float64Array> => {
    const width = 3 * featuresOf(input);
    return {
      query: partOf(input, head, 0, width),
      key: partOf(input, head, 1, width),
      value: partOf(input, head, 2, width),
    };
  };
  const sizes = (): { readonly length: number; readonly size: number; readonly isCausal: true } => ({
    length: time,
    size: featuresOf(input) / heads,
    isCausal: true,
  });
  return {
    forward(x) {
      input = x;
      saved = [];
      const features = featuresOf(x);
      const y = new Float64Array(batch * time * features);
      for (let head = 0; head < batch * heads; head++) {
        const { weights, output } = attend(headOf(head), sizes());
        saved.push(weights);
        output.forEach((value, i) => (y[placeOf(head, 0, i, features)] = value));
      }
      return y;
    },
    backward(dy) {
      const features = featuresOf(input);
      const dx = new Float64Array(input.length);
      for (const [head, weights] of saved.entries()) {
        const found = attendBackward(headOf(head), weights, partOf(dy, head, 0, features), sizes());
        for (const [part, gradient] of [found.query, found.key, found.value].entries()) {
          gradient.forEach((value, i) => (dx[placeOf(head, part, i, 3 * features)] = value));
        }
      }
      return dx;
    },
  };
}
