/** Numbers in f64 with a shape: what references take and give. */
export interface Exact {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: readonly number[];
}

/** Every index of a shape, in row-major order. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (heads, size) => heads.flatMap((head) => Array.from({ length: size }, (_, i) => [...head, i])),
    [[]],
  );
}

/** An array of `shape` whose elements are a function of their index. */
export function build(shape: readonly number[], element: (index: readonly number[]) => number): Exact {
  return { shape, values: indices(shape).map(element) };
}

/** The element at `index`; leading positions that `x` lacks are dropped, and on an axis of size 1 there is only 0. */
export function read(x: Exact, index: readonly number[]): number {
  const own = index.slice(index.length - x.shape.length);
  const at = x.shape.reduce((position, size, axis) => position * size + (size === 1 ? 0 : (own[axis] ?? 0)), 0);
  return x.values[at] ?? NaN;
}

/** As `read`, but 0 outside of the array: what zero padding is. */
export function readPadded(x: Exact, index: readonly number[]): number {
  return index.every((position, axis) => position >= 0 && position < (x.shape[axis] ?? 0)) ? read(x, index) : 0;
}

/** f applied to each element. */
export function map(x: Exact, f: (value: number) => number): Exact {
  return { shape: x.shape, values: x.values.map(f) };
}

/** f applied to elements of arrays that broadcast: trailing axes aligned, size 1 stretches. */
export function zip(arrays: readonly Exact[], f: (...values: number[]) => number): Exact {
  const rank = Math.max(...arrays.map(({ shape }) => shape.length));
  const shape = Array.from({ length: rank }, (_, axis) => {
    const sizes = arrays.map((array) => array.shape[axis - rank + array.shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
  return build(shape, (index) => f(...arrays.map((array) => read(array, index))));
}

/** 0, 1, …, count − 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** f applied to each line along an axis. */
export function lines(x: Exact, axis: number, f: (line: readonly number[]) => number[]): Exact {
  const at = axis < 0 ? axis + x.shape.length : axis;
  const size = x.shape[at] ?? 0;
  const distance = x.shape.slice(at + 1).reduce((product, length) => product * length, 1); // of neighbours in a line
  const values = new Array<number>(x.values.length);
  for (let start = 0; start < values.length; start++) {
    if (Math.floor(start / distance) % size !== 0) continue;
    const line = upTo(size).map((position) => x.values[start + position * distance] ?? NaN);
    for (const [position, value] of f(line).entries()) values[start + position * distance] = value;
  }
  return { shape: x.shape, values };
}
