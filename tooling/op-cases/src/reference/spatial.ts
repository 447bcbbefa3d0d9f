import { build, type Exact, indices, read, readPadded, total, upTo } from "./exact.ts";

/** `f` of images without a batch axis, if `x` has only so many axes after the channels: its result lacks it too. */
export function batchOrNone(x: Exact, axes: number, f: (images: Exact) => Exact): Exact {
  if (x.shape.length !== axes + 1) return f(x);
  const { shape, values } = f({ shape: [1, ...x.shape], values: x.values });
  return { shape: shape.slice(1), values };
}

/** A convolution's sizes, in numbers, one for each axis. */
export interface Sliding {
  readonly stride?: readonly number[];
  /** Zeros before the first element of each axis, and then those after the last. */
  readonly padding?: readonly number[];
  readonly dilation?: readonly number[];
  readonly groups?: number;
}

/** One product of a convolution: which elements of x, weight and y meet; x lies in the padding where it is outside. */
interface Meeting {
  readonly x: readonly number[];
  readonly weight: readonly number[];
  readonly y: readonly number[];
}

function meetings(
  yShape: readonly number[],
  weightShape: readonly number[],
  { stride, padding, dilation, groups = 1 }: Sliding,
): Meeting[] {
  const [filters = 0, channels = 0, ...kernel] = weightShape;
  const taps = indices([channels, ...kernel]);
  return indices(yShape).flatMap((y) => {
    const [image = 0, filter = 0, ...place] = y;
    const group = Math.floor(filter / (filters / groups));
    const corner = place.map((at, axis) => at * (stride?.[axis] ?? 1) - (padding?.[axis] ?? 0));
    return taps.map((tap) => {
      const x = [image, group * channels + (tap[0] ?? 0)];
      corner.forEach((at, axis) => x.push(at + (tap[axis + 1] ?? 0) * (dilation?.[axis] ?? 1)));
      return { x, weight: [filter, ...tap], y };
    });
  });
}

/** The shape of x ⋆ weight. */
function correlatedShape(
  x: readonly number[],
  weight: readonly number[],
  { stride, padding, dilation }: Sliding,
): number[] {
  const [[batch = 0, , ...image], [filters = 0, , ...kernel]] = [x, weight];
  const positions = image.map((size, axis) => {
    const padded = size + (padding?.[axis] ?? 0) + (padding?.[axis + image.length] ?? 0);
    return Math.floor((padded - (dilation?.[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) - 1) / (stride?.[axis] ?? 1)) + 1;
  });
  return [batch, filters, ...positions];
}

/** x ⋆ weight + bias. */
export function correlation(x: Exact, weight: Exact, bias: Exact | undefined, sliding: Sliding): Exact {
  const shape = correlatedShape(x.shape, weight.shape, sliding);
  const start = build(shape, ([, filter = 0]) => (bias === undefined ? 0 : read(bias, [filter])));
  const products = meetings(shape, weight.shape, sliding).map((at) => ({
    to: at.y,
    value: readPadded(x, at.x) * read(weight, at.weight),
  }));
  return added(start, products);
}

/** The gradient of Σ dy · (x ⋆ weight) by x. */
export function inputGradient(dy: Exact, weight: Exact, shape: readonly number[], sliding: Sliding): Exact {
  const products = meetings(dy.shape, weight.shape, sliding)
    .filter(({ x }) => x.every((position, axis) => position >= 0 && position < (shape[axis] ?? 0)))
    .map((at) => ({ to: at.x, value: read(dy, at.y) * read(weight, at.weight) }));
  return added(zeros(shape), products);
}

/** The gradient of Σ dy · (x ⋆ weight) by the weight. */
export function filterGradient(x: Exact, dy: Exact, shape: readonly number[], sliding: Sliding): Exact {
  const products = meetings(dy.shape, shape, sliding).map((at) => ({
    to: at.weight,
    value: readPadded(x, at.x) * read(dy, at.y),
  }));
  return added(zeros(shape), products);
}

/** The places of a window along each axis of an image; none where it lies in the padding. */
export interface PoolWindow {
  readonly places: readonly (readonly number[])[];
  /** Elements with those of the padding, but not of what lies beyond it. */
  readonly padded: number;
}

/** The sizes of what is pooled, and its windows by place. */
export type WindowsOf = (image: readonly number[]) => {
  output: readonly number[];
  at(place: readonly number[]): PoolWindow;
};

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

/** Every element of a window. */
function elementsOf({ places }: PoolWindow): number[][] {
  return indices(places.map(({ length }) => length)).map((index) => index.map((i, axis) => places[axis]?.[i] ?? NaN));
}

/**
 * Windows that slide alike along all axes.
 * @param padding before and after each axis: one number, or those before each axis and then those after
 */
export function slidingWindows(
  kernel: number,
  stride: number,
  padding: number | readonly number[] = 0,
  dilation = 1,
  ceil = false,
): WindowsOf {
  return (image) => {
    const along = (size: number, axis: number): number[][] => {
      const [before = 0, after = 0] =
        typeof padding === "number" ? [padding, padding] : [padding[axis], padding[axis + image.length]];
      const padded = before + size + after;
      const starts = upTo(padded).filter((start) => start % stride === 0);
      const reach = (start: number): number => start + dilation * (kernel - 1);
      const fits = starts.filter((start) => reach(start) < padded);
      const over = starts.find((start) => reach(start) >= padded && start < size + before);
      const leftOver = fits.length === 0 || reach(fits.at(-1) ?? 0) + 1 < padded;
      return [...fits, ...(ceil && leftOver && over !== undefined ? [over] : [])].map((start) =>
        upTo(kernel)
          .map((k) => start + k * dilation - before)
          .filter((place) => place < size + after),
      );
    };
    const windows = image.map(along);
    return {
      output: windows.map(({ length }) => length),
      at: (place) => {
        const all = place.map((i, axis) => windows[axis]?.[i] ?? []);
        return {
          places: all.map((places, axis) => places.filter((at) => at >= 0 && at < (image[axis] ?? 0))),
          padded: product(all.map(({ length }) => length)),
        };
      },
    };
  };
}

/** Windows that cut the image into `output`. */
export function adaptiveWindows(output: readonly number[]): WindowsOf {
  return (image) => ({
    output,
    at: (place) => {
      const places = place.map((i, axis) => {
        const [size, count] = [image[axis] ?? 0, output[axis] ?? 1];
        return upTo(size).filter(
          (at) => at >= Math.floor((i * size) / count) && at < Math.ceil(((i + 1) * size) / count),
        );
      });
      return { places, padded: product(places.map(({ length }) => length)) };
    },
  });
}

/** How many of a window's elements are inside the image. */
export function inside({ places }: PoolWindow): number {
  return product(places.map(({ length }) => length));
}

/** `of` the elements of each window. */
export function pooled(x: Exact, windowsOf: WindowsOf, of: (values: number[], window: PoolWindow) => number): Exact {
  const [batch = 0, channels = 0, ...image] = x.shape;
  const { output, at } = windowsOf(image);
  return build([batch, channels, ...output], ([n = 0, c = 0, ...place]) => {
    const window = at(place);
    return of(
      elementsOf(window).map((element) => read(x, [n, c, ...element])),
      window,
    );
  });
}

/**
 * Where the largest of each window stands in its plane, in row-major order: the first of equals, but the last NaN, as PyTorch
 * has it. −1 if none of the window is in the image.
 */
export function placesOfLargest(x: Exact, windowsOf: WindowsOf): Exact {
  const image = x.shape.slice(2);
  return pooled(x, windowsOf, (values, window) => {
    if (values.length === 0) return -1;
    const best = values.reduce((at, value, i) => (value > (values[at] ?? NaN) || Number.isNaN(value) ? i : at), 0);
    return (elementsOf(window)[best] ?? []).reduce((place, at, axis) => place * (image[axis] ?? 1) + at, 0);
  });
}

/** The gradient of Σ dy · (mean of each window): each dy over its divisor, at every place of its window. */
export function spreadMeans(
  dy: Exact,
  shape: readonly number[],
  windowsOf: WindowsOf,
  divisor: (window: PoolWindow) => number,
): Exact {
  const { at } = windowsOf(shape.slice(2));
  const shares = indices(dy.shape).flatMap(([n = 0, c = 0, ...place]) => {
    const window = at(place);
    const value = read(dy, [n, c, ...place]) / divisor(window);
    return elementsOf(window).map((element) => ({ to: [n, c, ...element], value }));
  });
  return added(zeros(shape), shares);
}

/** dy at the places of its indices, those of −1 aside. */
export function scattered(dy: Exact, places: Exact, shape: readonly number[]): Exact {
  const parts = indices(dy.shape).map((index) => {
    const [n = 0, c = 0] = index;
    return { to: [n, c, ...unraveled(read(places, index), shape.slice(2))], value: read(dy, index) };
  });
  return added(
    zeros(shape),
    parts.filter((_, at) => places.values[at] !== -1),
  );
}

/** x at the places of the indices, 0 for −1. */
export function gathered(x: Exact, places: Exact): Exact {
  return build(places.shape, (index) => {
    const [n = 0, c = 0] = index;
    const place = read(places, index);
    return place === -1 ? 0 : read(x, [n, c, ...unraveled(place, x.shape.slice(2))]);
  });
}

/** The index, along each axis, of a place counted in row-major order. */
function unraveled(place: number, sizes: readonly number[]): number[] {
  return sizes.map((size, axis) => Math.floor(place / product(sizes.slice(axis + 1))) % size);
}

function zeros(shape: readonly number[]): Exact {
  return build(shape, () => 0);
}

/** `start` with every part added where it belongs. */
function added(start: Exact, parts: readonly { readonly to: readonly number[]; readonly value: number }[]): Exact {
  const lists = new Map<number, number[]>();
  for (const { to, value } of parts) {
    const at = to.reduce((place, position, axis) => place * (start.shape[axis] ?? 1) + position, 0);
    const list = lists.get(at);
    if (list === undefined) lists.set(at, [value]);
    else list.push(value);
  }
  return { shape: start.shape, values: start.values.map((value, at) => value + total(lists.get(at) ?? [])) };
}
