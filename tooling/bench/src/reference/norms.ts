import type { NormGradientProblem } from "../layer-problems.ts";
import { at, increase } from "./elements.ts";

/** As a problem states it, in numbers of any precision. */
type Numbers = Pick<NormGradientProblem, "kind" | "shape" | "epsilon"> &
  Readonly<Record<"x" | "weight" | "bias" | "upstream", ArrayLike<number>>>;

/** Numbers with their gradient, normalised by their own mean and (biased) variance in f64: Ba et al. 2016, Ioffe & Szegedy 2015. */
export function normGradient(problem: Numbers): Readonly<Record<"y" | "x" | "weight" | "bias", Float64Array>> {
  const { x, upstream, epsilon, weight, bias } = problem;
  const { groups, groupOf, channelOf } = placesOf(problem);
  const count = x.length / groups;
  const meanOf = (values: (i: number) => number): Float64Array => {
    const sums = new Float64Array(groups);
    for (let i = 0; i < x.length; i++) increase(sums, groupOf(i), values(i));
    return sums.map((sum) => sum / count);
  };
  const mean = meanOf((i) => at(x, i));
  const variance = meanOf((i) => (at(x, i) - at(mean, groupOf(i))) ** 2);
  const scale = variance.map((value) => 1 / Math.sqrt(value + epsilon));
  const normal = Float64Array.from(x, (value, i) => (value - at(mean, groupOf(i))) * at(scale, groupOf(i)));

  const dNormal = Float64Array.from(upstream, (dy, i) => dy * at(weight, channelOf(i)));
  const [along, across] = [meanOf((i) => at(dNormal, i)), meanOf((i) => at(dNormal, i) * at(normal, i))];
  const dWeight = new Float64Array(weight.length);
  const dBias = new Float64Array(bias.length);
  normal.forEach((value, i) => {
    increase(dWeight, channelOf(i), at(upstream, i) * value);
    increase(dBias, channelOf(i), at(upstream, i));
  });
  return {
    y: normal.map((value, i) => value * at(weight, channelOf(i)) + at(bias, channelOf(i))),
    x: dNormal.map(
      (d, i) => at(scale, groupOf(i)) * (d - at(along, groupOf(i)) - at(normal, i) * at(across, groupOf(i))),
    ),
    weight: dWeight,
    bias: dBias,
  };
}

/** Which numbers share a mean and which a weight. */
function placesOf({ kind, shape }: Numbers): {
  readonly groups: number;
  groupOf(i: number): number;
  channelOf(i: number): number;
} {
  if (kind === "layer") {
    const [rows = 0, columns = 0] = shape;
    return { groups: rows, groupOf: (i) => Math.floor(i / columns), channelOf: (i) => i % columns };
  }
  const [, channels = 0, rows = 0, columns = 0] = shape;
  const channelOf = (i: number): number => Math.floor(i / (rows * columns)) % channels;
  return { groups: channels, groupOf: channelOf, channelOf };
}
