import {
  type DType,
  DTypeError,
  fromArray,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";

/** The typed arrays that hold an example's numbers. They become f32, f32, i32, i8 and u8. */
export type NumberArray = Float32Array | Float64Array | Int32Array | Int8Array | Uint8Array;

/** Numbers of an example: one, a row, or rows of rows. */
export type Numbers = number | boolean | NumberArray | readonly Numbers[];

export function isNumbers(value: unknown): value is Numbers {
  if (typeof value === "number" || typeof value === "boolean" || isNumberArray(value)) return true;
  return Array.isArray(value) && (value.length === 0 || isNumbers(value[0]));
}

function isNumberArray(value: unknown): value is NumberArray {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Int8Array ||
    value instanceof Uint8Array
  );
}

/** @throws ValueError unless every element of a row is a number: `isNumbers` looks at the first, and a hole would become one */
export function assertRow(op: string, row: ArrayLike<number>): void {
  if (!Array.isArray(row)) return;
  const at = row.findIndex((value) => typeof value !== "number" && typeof value !== "boolean");
  if (at === -1) return;
  const came: unknown = row[at];
  throw new ValueError(
    op,
    { at, came: came === null ? "null" : typeof came },
    "there must be numbers here",
    "leave rows with missing values out, or put numbers in their place",
  );
}

/** Sizes of an example's numbers. Rows are as long as the first; `NumberTable.write` finds those that are not. */
export function shapeOfNumbers(value: Numbers): number[] {
  if (typeof value !== "object") return [];
  const [first] = value;
  return [value.length, ...(typeof first === "object" ? shapeOfNumbers(first) : [])];
}

/** The dtype that numbers have by themselves. */
export function dtypeOfNumbers(value: Numbers): DType {
  if (typeof value === "boolean") return "bool";
  if (value instanceof Int32Array) return "i32";
  if (value instanceof Int8Array) return "i8";
  if (value instanceof Uint8Array) return "u8";
  const first = Array.isArray(value) ? (value as readonly Numbers[])[0] : undefined;
  return first === undefined ? "f32" : dtypeOfNumbers(first);
}

/** A tensor that is being filled with numbers of several examples. */
export class NumberTable {
  private readonly op: string;
  private readonly shape: readonly number[];
  private readonly dtype: DType;
  /** What all numbers must be by themselves; whatever they like where a dtype was asked for. */
  private readonly natural: DType | undefined;
  private readonly elements: NumberArray;

  /**
   * @param op in errors
   * @param like an example's numbers, whose dtype the tensor gets unless `dtype` is given
   * @param filling what stands where nothing is written
   */
  constructor(op: string, shape: readonly number[], like: Numbers, dtype: DType | undefined, filling = 0) {
    const natural = dtypeOfNumbers(like);
    this.op = op;
    this.shape = shape;
    this.dtype = dtype ?? natural;
    this.natural = dtype === undefined ? natural : undefined;
    const length = productOf(shape);
    // An array of the tensor's own kind is copied as it is; numbers in f64 are checked one by one when it is made.
    if (this.dtype === "f32") this.elements = new Float32Array(length);
    else if (this.natural === "i32" && filling === 0) this.elements = new Int32Array(length);
    else if (this.natural === "i8" && filling === 0) this.elements = new Int8Array(length);
    else if (this.natural === "u8" && filling === 0) this.elements = new Uint8Array(length);
    else this.elements = new Float64Array(length);
    if (filling !== 0) this.elements.fill(filling);
  }

  /**
   * Writes an example's numbers, row by row.
   * @param at the place of the first, in elements   @param shape the sizes that they must have
   * @throws ShapeError if they have others, DTypeError on another dtype, ValueError if there is something else among them
   */
  write(value: Numbers, at: number, shape: readonly number[]): void {
    const [length, ...inner] = shape;
    const isRow = typeof value === "object" && value !== null;
    if (!isNumbers(value) || isRow !== (length !== undefined) || (isRow && value.length !== length))
      throw unlike(this.op, value, shape);
    if (Array.isArray(value)) {
      const step = productOf(inner);
      for (const [i, row] of (value as readonly Numbers[]).entries()) this.write(row, at + i * step, inner);
      return;
    }
    this.assertDType(value);
    if (typeof value !== "object") this.elements[at] = Number(value);
    else if (inner.length === 0) this.elements.set(value as NumberArray, at);
    else throw unlike(this.op, value, shape);
  }

  private assertDType(value: Numbers): void {
    if (this.natural === undefined || dtypeOfNumbers(value) === this.natural) return;
    throw new DTypeError(
      this.op,
      { first: this.natural, other: dtypeOfNumbers(value) },
      "numbers that become one tensor must have one dtype",
      'say which is meant: collate: { field: stacked("f32") }; dtypes: { field: "f32" } for a table',
    );
  }

  /** @throws DTypeError where a number does not go into the dtype */
  toTensor(): Tensor<Shape, DType> {
    return fromArray<Shape, DType>(this.elements, this.shape, this.dtype);
  }
}

export function productOf(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

function unlike(op: string, value: unknown, shape: readonly number[]): ShapeError | ValueError {
  if (!isNumbers(value)) {
    return new ValueError(op, { came: value === null ? "null" : typeof value }, "there must be numbers here");
  }
  const named = (sizes: readonly number[]): string => (sizes.length === 0 ? "a number" : `[${sizes.join(", ")}]`);
  return new ShapeError(
    op,
    { first: named(shape), other: named(shapeOfNumbers(value)) },
    "numbers that become one tensor must have one shape",
    "make them equally long; in batches, collate: { field: padded() } does that to sequences",
  );
}
