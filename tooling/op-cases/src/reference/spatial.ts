import { build, type Exact, indices, read, readPadded, total, upTo } from "./exact.ts";

/** A convolution's sizes, in numbers; pairs are (rows, columns). */
export interface Sliding {
  readonly stride?: readonly [number, number];
  /** Zeros before the first row and column, after the last. */
  readonly padding?: readonly [number, number, number, number];
  readonly dilation?: readonly [number, number];
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
  const [down, across] = stride ?? [1, 1];
  const [top, left] = padding ?? [0, 0];
  const [rowGap, columnGap] = dilation ?? [1, 1];
  const [filters = 0, channels = 0, rows = 0, columns = 0] = weightShape;
  return indices(yShape).flatMap((y) => {
    const [image = 0, filter = 0, i = 0, j = 0] = y;
    const group = Math.floor(filter / (filters / groups));
    return indices([channels, rows, columns]).map(([c = 0, u = 0, v = 0]) => ({
      x: [image, group * channels + c, i * down + u * rowGap - top, j * across + v * columnGap - left],
      weight: [filter, c, u, v],
      y,
    }));
  });
}

/** How many positions a kernel has along an axis. */
function positions(size: number, kernel: number, axis: 0 | 1, { stride, padding, dilation }: Sliding): number {
  const padded = size + (padding?.[axis] ?? 0) + (padding?.[axis + 2] ?? 0);
  return Math.floor((padded - (dilation?.[axis] ?? 1) * (kernel - 1) - 1) / (stride?.[axis] ?? 1)) + 1;
}

/** The shape of x ⋆ weight. */
function correlatedShape(x: readonly number[], weight: readonly number[], sliding: Sliding): number[] {
  const [batch = 0, , height = 0, width = 0] = x;
  const [filters = 0, , rows = 0, columns = 0] = weight;
  return [batch, filters, positions(height, rows, 0, sliding), positions(width, columns, 1, sliding)];
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

/** The places of each window of an image, in rows and columns; empty where the window lies in the padding. */
export interface PoolWindow {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Elements with those of the padding, but not of what lies beyond it. */
  readonly padded: number;
}

export type WindowsOf = (image: readonly [number, number]) => {
  output: readonly [number, number];
  at(i: number, j: number): PoolWindow;
};

/** Windows that slide. */
export function slidingWindows(kernel: number, stride: number, padding = 0, dilation = 1, ceil = false): WindowsOf {
  return (image) => {
    const along = (size: number): number[][] => {
      const starts = upTo(size + 2 * padding).filter((start) => start % stride === 0);
      const reach = (start: number): number => start + dilation * (kernel - 1);
      const fits = starts.filter((start) => reach(start) < size + 2 * padding);
      const over = starts.find((start) => reach(start) >= size + 2 * padding && start < size + padding);
      const leftOver = reach(fits.at(-1) ?? 0) + 1 < size + 2 * padding;
      return [...fits, ...(ceil && leftOver && over !== undefined ? [over] : [])].map((start) =>
        upTo(kernel)
          .map((k) => start + k * dilation - padding)
          .filter((place) => place < size + padding),
      );
    };
    const [down, across] = [along(image[0]), along(image[1])];
    const inside = (places: readonly number[], size: number): number[] =>
      places.filter((place) => place >= 0 && place < size);
    return {
      output: [down.length, across.length],
      at: (i, j) => {
        const [rows, columns] = [down[i] ?? [], across[j] ?? []];
        return {
          rows: inside(rows, image[0]),
          columns: inside(columns, image[1]),
          padded: rows.length * columns.length,
        };
      },
    };
  };
}

/** Windows that cut the image into `output`. */
export function adaptiveWindows(output: readonly [number, number]): WindowsOf {
  return (image) => ({
    output,
    at: (i, j) => {
      const along = (place: number, axis: 0 | 1): number[] => {
        const [size, count] = [image[axis], output[axis]];
        return upTo(size).filter(
          (at) => at >= Math.floor((place * size) / count) && at < Math.ceil(((place + 1) * size) / count),
        );
      };
      const [rows, columns] = [along(i, 0), along(j, 1)];
      return { rows, columns, padded: rows.length * columns.length };
    },
  });
}

/** `of` the elements of each window. */
export function pooled(x: Exact, windowsOf: WindowsOf, of: (values: number[], window: PoolWindow) => number): Exact {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const { output, at } = windowsOf([height, width]);
  return build([batch, channels, ...output], ([n = 0, c = 0, i = 0, j = 0]) => {
    const window = at(i, j);
    return of(
      window.rows.flatMap((row) => window.columns.map((column) => read(x, [n, c, row, column]))),
      window,
    );
  });
}

/** Where the largest of each window stands in its plane, row · width + column: the first of equals, but the last NaN, as PyTorch has it. */
export function placesOfLargest(x: Exact, windowsOf: WindowsOf): Exact {
  const [, , , width = 0] = x.shape;
  return pooled(x, windowsOf, (values, { rows, columns }) => {
    const best = values.reduce((at, value, i) => (value > (values[at] ?? NaN) || Number.isNaN(value) ? i : at), 0);
    const place = [rows[Math.floor(best / columns.length)] ?? NaN, columns[best % columns.length] ?? NaN] as const;
    return place[0] * width + place[1];
  });
}

/** The gradient of Σ dy · (mean of each window): each dy over its divisor, at every place of its window. */
export function spreadMeans(
  dy: Exact,
  shape: readonly number[],
  windowsOf: WindowsOf,
  divisor: (window: PoolWindow) => number,
): Exact {
  const { at } = windowsOf([shape[2] ?? 0, shape[3] ?? 0]);
  const shares = indices(dy.shape).flatMap(([n = 0, c = 0, i = 0, j = 0]) => {
    const window = at(i, j);
    const value = read(dy, [n, c, i, j]) / divisor(window);
    return window.rows.flatMap((row) => window.columns.map((column) => ({ to: [n, c, row, column], value })));
  });
  return added(zeros(shape), shares);
}

/** dy at the places of its indices. */
export function scattered(dy: Exact, places: Exact, shape: readonly number[]): Exact {
  const width = shape[3] ?? 1;
  const parts = indices(dy.shape).map((index) => {
    const place = read(places, index);
    return { to: [index[0] ?? 0, index[1] ?? 0, Math.floor(place / width), place % width], value: read(dy, index) };
  });
  return added(zeros(shape), parts);
}

/** x at the places of the indices. */
export function gathered(x: Exact, places: Exact): Exact {
  const width = x.shape[3] ?? 1;
  return build(places.shape, (index) => {
    const place = read(places, index);
    return read(x, [index[0] ?? 0, index[1] ?? 0, Math.floor(place / width), place % width]);
  });
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
