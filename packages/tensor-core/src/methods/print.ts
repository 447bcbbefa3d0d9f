import { data } from "../create/convert.ts";
import { rowMajor } from "../shape/layout.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type DType, DTYPES } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";

/** Above this many elements only the edges are printed, as NumPy does. */
const SUMMARISE_ABOVE = 1000;
const EDGE = 3;
const LINE_WIDTH = 75;
const DIGITS = 4;

/**
 * The tensor as text: NumPy's layout (aligned columns, edges only above 1,000 elements), PyTorch's four digits.
 *
 *     tensor([[ 1.    , -2.5   ],
 *             [ 0.3333, 10.    ]])
 */
export function print(x: Tensor<Shape, DType>): string {
  if (x.isDisposed) return `tensor(disposed, shape=[${x.shape.join(", ")}])`;
  const head = "tensor(";
  const tail = `${x.size === 0 ? `, shape=[${x.shape.join(", ")}]` : ""}${x.dtype === "f32" ? "" : `, dtype=${x.dtype}`})`;
  const values = data(x);
  const summarised = x.size > SUMMARISE_ABOVE;
  const shown = visible(x.shape, summarised);
  const format = formatter(
    x.dtype,
    shown.map((at) => values[at] as number),
  );
  const strides = rowMajor(x.shape);

  const level = (axis: number, at: number, indent: number): string => {
    if (axis === x.shape.length) return format(values[at] as number);
    const size = x.shape[axis] ?? 0;
    const cells = indices(size, summarised).map((i) =>
      i < 0 ? "..." : level(axis + 1, at + i * (strides[axis] ?? 0), indent + 1),
    );
    const isRow = axis === x.shape.length - 1;
    if (isRow) return `[${wrap(cells, indent + 1)}]`;
    const gap = `,${"\n".repeat(x.shape.length - 1 - axis)}${" ".repeat(indent + 1)}`;
    return `[${cells.join(gap)}]`;
  };
  return `${head}${x.size === 0 ? "[]" : level(0, 0, head.length)}${tail}`;
}

/** Positions along an axis that are printed; -1 stands for the dots between. */
function indices(size: number, summarised: boolean): number[] {
  if (!summarised || size <= 2 * EDGE) return Array.from({ length: size }, (_, i) => i);
  return [0, 1, 2, -1, size - 3, size - 2, size - 1];
}

/** Flat positions of all elements that are printed. */
function visible(shape: Shape, summarised: boolean): number[] {
  const strides = rowMajor(shape);
  return shape.reduce<number[]>(
    (starts, size, axis) =>
      starts.flatMap((start) =>
        indices(size, summarised)
          .filter((i) => i >= 0)
          .map((i) => start + i * (strides[axis] ?? 0)),
      ),
    [0],
  );
}

function wrap(cells: readonly string[], indent: number): string {
  const lines: string[] = [];
  let line = "";
  for (const [i, cell] of cells.entries()) {
    const piece = i === cells.length - 1 ? cell : `${cell}, `;
    if (line !== "" && indent + line.length + piece.trimEnd().length > LINE_WIDTH) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  lines.push(line);
  return lines.join(`\n${" ".repeat(indent)}`);
}

/** One format for all elements, so that columns align. */
function formatter(dtype: DType, shown: readonly number[]): (value: number) => string {
  const { kind } = DTYPES[dtype];
  if (kind === "bool") return (value) => (value === 0 ? "false" : " true");
  if (kind === "integer") return padded(shown, String);
  const finite = shown.filter(Number.isFinite).map(Math.abs);
  const largest = Math.max(0, ...finite);
  const smallest = Math.min(...finite.filter((value) => value > 0), Infinity);
  if (finite.length > 0 && finite.every(Number.isInteger) && largest < 1e8)
    return padded(shown, (v) => (Number.isFinite(v) ? `${showZero(v)}.` : word(v)));
  const scientific = largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e5;
  if (scientific) return padded(shown, (v) => (Number.isFinite(v) ? exponent(v) : word(v)));
  return padded(shown, (v) => (Number.isFinite(v) ? v.toFixed(DIGITS) : word(v)));
}

function padded(shown: readonly number[], format: (value: number) => string): (value: number) => string {
  const width = Math.max(0, ...shown.map((value) => format(value).length));
  return (value) => format(value).padStart(width);
}

function showZero(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function word(value: number): string {
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

function exponent(value: number): string {
  return value.toExponential(DIGITS).replace(/e([+-])(\d)$/, (_, sign: string, digit: string) => `e${sign}0${digit}`);
}
