import { build, type Exact, read, total, upTo } from "./exact.ts";

interface Group {
  readonly mean: number;
  /** 1 / √(variance + ε) */
  readonly inverse: number;
}

/** Number of the group that the element at an index belongs to. */
function groupAt(x: Exact, groups: number, index: readonly number[]): number {
  const [sample = 0, channel = 0] = index;
  return sample * groups + Math.floor(channel / ((x.shape[1] ?? 0) / groups));
}

function groupsOf(x: Exact, groups: number, epsilon: number): Group[] {
  if (x.values.length === 0) return []; // no element asks for its group's, and any number of groups divides no channels
  const count = (x.shape[0] ?? 0) * groups;
  const size = x.values.length / count;
  return upTo(count).map((at) => {
    const own = x.values.slice(at * size, (at + 1) * size);
    const mean = total(own) / size;
    return { mean, inverse: 1 / Math.sqrt(total(own.map((value) => (value - mean) ** 2)) / size + epsilon) };
  });
}

/** (x − mean) / √(variance + ε) · weight + bias, each group of channels of each sample with its own mean and variance. */
export function groupNormOf(
  x: Exact,
  groups: number,
  weight: Exact | undefined,
  bias: Exact | undefined,
  epsilon: number,
): Exact {
  const all = groupsOf(x, groups, epsilon);
  return build(x.shape, (index) => {
    const { mean, inverse } = all[groupAt(x, groups, index)] as Group;
    const at = [index[1] ?? 0];
    const scale = weight === undefined ? 1 : read(weight, at);
    return (read(x, index) - mean) * inverse * scale + (bias === undefined ? 0 : read(bias, at));
  });
}

/** With n = (x − mean) · i, i = 1 / √(variance + ε) and g = dy · weight: dx = (g − mean g − n · mean(g n)) · i. */
export function groupNormGradients(
  dy: Exact,
  x: Exact,
  weight: Exact,
  groups: number,
  epsilon: number,
): { readonly x: Exact; readonly weight: Exact; readonly bias: Exact } {
  const all = groupsOf(x, groups, epsilon);
  const normal = build(x.shape, (index) => {
    const { mean, inverse } = all[groupAt(x, groups, index)] as Group;
    return (read(x, index) - mean) * inverse;
  });
  const inner = build(x.shape, (index) => read(dy, index) * read(weight, [index[1] ?? 0]));
  const size = x.values.length / all.length;
  const means = all.map((_, at) => {
    const places = upTo(size).map((i) => at * size + i);
    const g = (place: number): number => inner.values[place] ?? NaN;
    return {
      average: total(places.map(g)) / size,
      along: total(places.map((place) => g(place) * (normal.values[place] ?? NaN))) / size,
    };
  });
  const perChannel = (term: (place: number) => number): Exact =>
    build([x.shape[1] ?? 0], ([channel = 0]) => {
      const inside = x.values.length / ((x.shape[0] ?? 0) * (x.shape[1] ?? 0));
      const places = upTo(x.values.length).filter(
        (place) => Math.floor(place / inside) % (x.shape[1] ?? 0) === channel,
      );
      return total(places.map(term));
    });
  return {
    x: build(x.shape, (index) => {
      const at = groupAt(x, groups, index);
      const { average, along } = means[at] as (typeof means)[number];
      return (read(inner, index) - average - read(normal, index) * along) * (all[at] as Group).inverse;
    }),
    weight: perChannel((place) => (dy.values[place] ?? NaN) * (normal.values[place] ?? NaN)),
    bias: perChannel((place) => dy.values[place] ?? NaN),
  };
}
