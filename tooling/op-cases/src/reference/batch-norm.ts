import { build, type Exact, indices, read, total, upTo } from "./exact.ts";

/** The places of a channel: all indices of (batch, …) with it put in. */
function placesOf(shape: readonly number[], channel: number): number[][] {
  return indices([shape[0] ?? 0, ...shape.slice(2)]).map(([sample = 0, ...place]) => [sample, channel, ...place]);
}

interface Channel {
  readonly mean: number;
  /** Biased. */
  readonly variance: number;
  readonly places: readonly (readonly number[])[];
}

function channelsOf(x: Exact): Channel[] {
  return upTo(x.shape[1] ?? 0).map((channel) => {
    const places = placesOf(x.shape, channel);
    const mean = total(places.map((place) => read(x, place))) / places.length;
    const variance = total(places.map((place) => (read(x, place) - mean) ** 2)) / places.length;
    return { mean, variance, places };
  });
}

/** (x − mean) / √(variance + ε) · weight + bias of each channel, with its mean and biased variance. */
export function batchNormOf(
  x: Exact,
  weight: Exact | undefined,
  bias: Exact | undefined,
  epsilon: number,
): { readonly y: Exact; readonly mean: Exact; readonly variance: Exact } {
  const channels = channelsOf(x);
  const of = (at: number): Channel => channels[at] as Channel;
  return {
    y: build(x.shape, (index) => {
      const at = index[1] ?? 0;
      const scale = (weight === undefined ? 1 : read(weight, [at])) / Math.sqrt(of(at).variance + epsilon);
      return (read(x, index) - of(at).mean) * scale + (bias === undefined ? 0 : read(bias, [at]));
    }),
    mean: build([channels.length], ([at = 0]) => of(at).mean),
    variance: build([channels.length], ([at = 0]) => of(at).variance),
  };
}

/** With n = (x − mean) · i and i = 1 / √(variance + ε): dx = weight · i · (dy − mean dy − n · mean(dy n)). */
export function batchNormGradients(
  dy: Exact,
  x: Exact,
  weight: Exact,
  epsilon: number,
): { readonly x: Exact; readonly weight: Exact; readonly bias: Exact } {
  const sums = channelsOf(x).map(({ mean, variance, places }) => {
    const inverse = 1 / Math.sqrt(variance + epsilon);
    const normal = (place: readonly number[]): number => (read(x, place) - mean) * inverse;
    const bias = total(places.map((place) => read(dy, place)));
    const product = total(places.map((place) => read(dy, place) * normal(place)));
    return { inverse, normal, bias, product, count: places.length };
  });
  type Sum = (typeof sums)[number];
  const of = (at: number): Sum => sums[at] as Sum;
  return {
    x: build(x.shape, (index) => {
      const at = index[1] ?? 0;
      const { inverse, normal, bias, product, count } = of(at);
      return read(weight, [at]) * inverse * (read(dy, index) - bias / count - (normal(index) * product) / count);
    }),
    weight: build([sums.length], ([at = 0]) => of(at).product),
    bias: build([sums.length], ([at = 0]) => of(at).bias),
  };
}

/** (x − mean) / √(variance + ε) · weight + bias with a mean and a variance that are given. */
export function batchNormApplied(
  x: Exact,
  mean: Exact,
  variance: Exact,
  weight: Exact | undefined,
  bias: Exact | undefined,
  epsilon: number,
): Exact {
  return build(x.shape, (index) => {
    const at = [index[1] ?? 0];
    const scale = (weight === undefined ? 1 : read(weight, at)) / Math.sqrt(read(variance, at) + epsilon);
    return (read(x, index) - read(mean, at)) * scale + (bias === undefined ? 0 : read(bias, at));
  });
}

/** Of that by x, weight and bias: dx = dy · weight · i with i = 1 / √(variance + ε). */
export function batchNormAppliedGradients(
  dy: Exact,
  x: Exact,
  mean: Exact,
  variance: Exact,
  weight: Exact,
  epsilon: number,
): { readonly x: Exact; readonly weight: Exact; readonly bias: Exact } {
  const inverse = (channel: number): number => 1 / Math.sqrt(read(variance, [channel]) + epsilon);
  const sums = (term: (place: readonly number[], channel: number) => number): Exact =>
    build([x.shape[1] ?? 0], ([channel = 0]) => total(placesOf(x.shape, channel).map((place) => term(place, channel))));
  return {
    x: build(x.shape, (index) => read(dy, index) * read(weight, [index[1] ?? 0]) * inverse(index[1] ?? 0)),
    weight: sums((place, channel) => read(dy, place) * (read(x, place) - read(mean, [channel])) * inverse(channel)),
    bias: sums((place) => read(dy, place)),
  };
}
