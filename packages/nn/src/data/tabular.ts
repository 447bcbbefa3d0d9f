import {
  type DType,
  fromArray,
  isTensor,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  assertPlain,
  checkOptions,
  wrongArgument,
  inCall,
} from "@unfoldjs/tensor-core";
import type { BatchingSource } from "./examples.ts";
import { inField } from "./in-field.ts";
import { isPlainRecord, kindOf } from "./kinds.ts";
import { assertRow, dtypeOfNumbers, isNumbers, type NumberArray, NumberTable, productOf } from "./numbers.ts";

type Row = NumberArray | readonly number[];

/**
 * A field of a table, row by row: a number each; an array of numbers each; a tensor, or numbers in row-major order with
 * sizes, of which the first axis counts the rows; or columns by name, which are put side by side.
 */
export type TableField =
  | Row
  | readonly Row[]
  | Tensor<Shape, DType>
  | { readonly data: Row; readonly shape: Shape }
  | Readonly<Record<string, Row>>;

type DTypeOfField<Field> =
  Field extends Tensor<Shape, infer Own>
    ? Own
    : Field extends Int32Array
      ? "i32"
      : Field extends Int8Array
        ? "i8"
        : Field extends Uint8Array
          ? "u8"
          : Field extends readonly (infer Inner)[]
            ? DTypeOfField<Inner>
            : Field extends { readonly data: infer Data; readonly shape: Shape }
              ? DTypeOfField<Data>
              : "f32";

type ShapeOfField<Field> = Field extends Row
  ? [number]
  : Field extends Tensor<infer S, DType>
    ? SomeOf<S>
    : Field extends { readonly data: Row; readonly shape: infer S extends Shape }
      ? SomeOf<S>
      : [number, number];

/** The shape of some rows of all. */
type SomeOf<S extends Shape> = S extends readonly [number, ...infer Inner extends Shape]
  ? [number, ...Inner]
  : [number, ...number[]];

/** Some rows of a table. */
export type TableBatch<
  Fields extends Readonly<Record<string, TableField>>,
  DTypes extends { readonly [Name in keyof Fields]?: DType },
> = {
  readonly [Name in keyof Fields]: Tensor<
    ShapeOfField<Fields[Name]>,
    DTypes[Name] extends DType ? DTypes[Name] : DTypeOfField<Fields[Name]>
  >;
};

/**
 * A table of numbers for `batches`: of each field the chosen rows, as a tensor with the rows as its first axis.
 *
 * Plain numbers and columns by name become f32, `Int32Array` i32, `Int8Array` i8, `Uint8Array` u8, unless `dtypes` says otherwise; classes
 * must be i32. Typed arrays are not copied: what is written to them later is in the batches. Tensors keep their dtype, and are
 * copied: they may be disposed.
 *
 * @example
 * const flowers = tabular({ x: measurements, y: species }, { dtypes: { y: "i32" } }); // [[5.1, 3.5], …], [0, …]
 * await fit(model, batches(flowers, 16, { shuffle: 1 }), { … forward: ({ x }) => model.forward(x) … });
 * @example tabular({ x: { age: ages, height: heights }, y: Float32Array.from(weights) }) // x: (batch, 2)
 * @throws ShapeError if rows differ in length or fields in their number of rows, DTypeError if numbers and dtype do not go
 *   together, ValueError without fields and on other values
 */
export function tabular<
  Fields extends Readonly<Record<string, TableField>>,
  const DTypes extends { readonly [Name in keyof Fields]?: DType } = { readonly [Name in keyof Fields]?: undefined },
>(fields: Fields, options: { readonly dtypes?: DTypes } = {}): BatchingSource<TableBatch<Fields, DTypes>> {
  assertPlain("tabular", "fields", fields, "an object of columns by name");
  checkOptions("tabular", options, {
    dtypes: (op, name, value) => assertPlain(op, name, value, "an object of dtypes by field"),
  });
  const { dtypes } = options;
  const wanted: Readonly<Record<string, DType | undefined>> = dtypes ?? {};
  const columns = Object.entries<TableField>(fields).map(([name, field]): [string, Column] => [
    name,
    inField(name, () => columnOf(field, Object.hasOwn(wanted, name) ? wanted[name] : undefined)),
  ]);
  const length = rowsOf(columns);
  for (const name of Object.keys(wanted)) {
    if (!(name in fields)) throw new ValueError("tabular", { dtypes: name }, "there is no field of this name");
  }
  return {
    length,
    batch: (indices) =>
      Object.fromEntries(columns.map(([name, column]) => [name, pickRows(column, indices, length)])) as TableBatch<
        Fields,
        DTypes
      >,
  };
}

/** A field as it is kept: rows one after the other. */
interface Column {
  readonly elements: NumberArray;
  readonly rows: number;
  /** Sizes of a row. */
  readonly row: readonly number[];
  readonly dtype: DType;
}

function columnOf(field: TableField, dtype: DType | undefined): Column {
  if (typeof field !== "object" || (field as unknown) === null)
    throw wrongArgument("tabular", "fields", field, "arrays of numbers by name");
  if (isTensor(field)) return fromNumbers(field.data(), field.shape, dtype ?? field.dtype);
  if (isNumbers(field)) {
    const [first] = field;
    return typeof first === "object"
      ? fromRows(field as readonly Row[], dtype)
      : fromNumbers(field as Row, [field.length], dtype);
  }
  if (isPlainRecord(field)) {
    if (!isSized(field)) for (const [name, column] of Object.entries(field)) assertColumn(name, column);
    return isSized(field) ? fromNumbers(field.data, field.shape, dtype) : fromColumns(field, dtype);
  }
  throw new ValueError(
    "tabular",
    { came: kindOf(field) },
    "a field is an array of numbers, an array of rows, a tensor, { data, shape }, or a record of columns",
  );
}

/** @throws ValueError unless it is numbers: a column of a record is not looked into further */
function assertColumn(name: string, column: unknown): void {
  if (typeof column === "object" && column !== null && isNumbers(column)) return;
  throw wrongArgument("tabular", `fields: column ${name}`, column, "an array of numbers");
}

function isSized(field: object): field is { readonly data: Row; readonly shape: Shape } {
  return (
    "data" in field &&
    "shape" in field &&
    isNumbers(field.data) &&
    Array.isArray(field.shape) &&
    Object.keys(field).length === 2
  );
}

function fromNumbers(numbers: Row, shape: Shape, dtype: DType | undefined): Column {
  const [rows = 0, ...row] = shape;
  if (shape.length === 0)
    throw new ShapeError("tabular", { shape, numbers: numbers.length }, "the first axis of a field counts its rows");
  if (productOf(shape) !== numbers.length) {
    throw new ShapeError(
      "tabular",
      { shape, numbers: numbers.length },
      "there must be as many numbers as the shape says",
    );
  }
  assertRow("tabular", numbers);
  const natural = dtypeOfNumbers(numbers);
  const wanted = dtype ?? natural;
  const isOfKind = wanted === natural && !Array.isArray(numbers) && !(numbers instanceof Float64Array);
  const elements = isOfKind
    ? (numbers as NumberArray)
    : scope(() => inCall("tabular", () => fromArray(numbers, [numbers.length], wanted).data()));
  return { elements, rows, row, dtype: wanted };
}

function fromRows(rows: readonly Row[], dtype: DType | undefined): Column {
  const shape = [rows.length, rows[0]?.length ?? 0];
  const table = new NumberTable("tabular", shape, rows, dtype);
  table.write(rows, 0, shape);
  return fromNumbers(
    scope(() => table.toTensor().data()),
    shape,
    dtype ?? dtypeOfNumbers(rows),
  );
}

function fromColumns(columns: Readonly<Record<string, Row>>, dtype: DType = "f32"): Column {
  const all = Object.entries(columns);
  const rows = all[0]?.[1].length ?? 0;
  const beside = new Float64Array(rows * all.length); // (rows, columns)
  for (const [at, [name, numbers]] of all.entries()) {
    if (!isNumbers(numbers) || typeof numbers[0] === "object" || numbers.length !== rows) {
      throw new ShapeError(
        "tabular",
        { column: name, rows, came: isNumbers(numbers) ? numbers.length : kindOf(numbers) },
        "columns must be arrays of numbers, all of one length",
      );
    }
    assertRow("tabular", numbers);
    for (let row = 0; row < rows; row++) beside[row * all.length + at] = numbers[row] ?? Number.NaN;
  }
  return fromNumbers(beside, [rows, all.length], dtype);
}

function rowsOf(columns: readonly (readonly [string, Column])[]): number {
  const counts = columns.map(([name, { rows }]) => [name, rows] as const);
  const [first] = counts;
  if (first === undefined)
    throw new ValueError("tabular", { fields: 0 }, "a table has at least one field", "tabular({ x, y })");
  if (counts.every(([, rows]) => rows === first[1])) return first[1];
  throw new ShapeError("tabular", Object.fromEntries(counts), "all fields must have as many rows");
}

function pickRows({ elements, row, dtype }: Column, indices: Int32Array, rows: number): Tensor<Shape, DType> {
  const step = productOf(row);
  const chosen = roomLike(elements, indices.length * step);
  for (const [to, from] of indices.entries()) {
    if (!(from >= 0 && from < rows)) throw new ValueError("tabular", { index: from, rows }, "there is no such row");
    if (step === 1) chosen[to] = elements[from] ?? 0;
    else chosen.set(elements.subarray(from * step, (from + 1) * step), to * step);
  }
  return fromArray<Shape, DType>(chosen, [indices.length, ...row], dtype);
}

function roomLike(elements: NumberArray, length: number): NumberArray {
  if (elements instanceof Int32Array) return new Int32Array(length);
  if (elements instanceof Int8Array) return new Int8Array(length);
  return elements instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
}
