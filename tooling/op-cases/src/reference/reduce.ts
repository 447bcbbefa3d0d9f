import { build, type Exact, indices, read, total } from "./exact.ts";

/** Which axes go, counted from the front or the end; all of them if not said. */
export interface Axes {
  readonly axes?: number | readonly number[] | undefined;
  readonly keepDims?: boolean | undefined;
}

/** f of the elements that fall on each element of the result. */
export function reduce(x: Exact, { axes, keepDims }: Axes, f: (values: readonly number[]) => number): Exact {
  const rank = x.shape.length;
  const list = axes === undefined ? x.shape.map((_, axis) => axis) : [axes].flat();
  const gone = new Set(list.map((axis) => (axis < 0 ? axis + rank : axis)));
  const inner = x.shape.map((size, axis) => (gone.has(axis) ? size : 1));
  const kept = build(
    x.shape.map((size, axis) => (gone.has(axis) ? 1 : size)),
    (index) =>
      f(
        indices(inner).map((position) =>
          read(
            x,
            index.map((own, axis) => own + (position[axis] ?? 0)),
          ),
        ),
      ),
  );
  return keepDims === true ? kept : { shape: kept.shape.filter((_, axis) => !gone.has(axis)), values: kept.values };
}

export function meanOf(values: readonly number[]): number {
  return total(values) / values.length;
}

export function productOf(values: readonly number[]): number {
  return values.reduce((product, value) => product * value, 1);
}

/** Position of the first element that `isBetter` than all before it. */
export function positionOf(values: readonly number[], isBetter: (a: number, b: number) => boolean): number {
  return values.reduce((best, value, at) => (isBetter(value, values[best] ?? NaN) ? at : best), 0);
}
