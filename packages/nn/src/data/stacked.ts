import {
  type DType,
  DTypeError,
  isTensor,
  type Shape,
  stack,
  type Tensor,
  ValueError,
  aDType,
} from "@unfoldjs/tensor-core";
import { inField } from "./in-field.ts";
import { allAs, isPlainRecord, kindOf } from "./kinds.ts";
import { isNumbers, type NumberArray, type Numbers, NumberTable, productOf, shapeOfNumbers } from "./numbers.ts";

/** Makes one part of a batch of what the examples have in a field. */
export type Column<Value, Result> = (values: readonly Value[]) => Result;

/** The dtype that was asked for, or what the values have by themselves. */
type Or<D, Natural extends DType> = D extends DType ? D : Natural;

/** Axes of an example's numbers, as far as their type tells. */
type AxesOf<Value> = [Numbers] extends [Value]
  ? number[]
  : Value extends NumberArray
    ? [number]
    : Value extends readonly (infer Element)[]
      ? [number, ...AxesOf<Element>]
      : [];

/** The dtype of an example's numbers. */
type DTypeOf<Value> = [Numbers] extends [Value]
  ? DType
  : Value extends boolean
    ? "bool"
    : Value extends Int32Array
      ? "i32"
      : Value extends Int8Array
        ? "i8"
        : Value extends Uint8Array
          ? "u8"
          : Value extends readonly (infer Element)[]
            ? DTypeOf<Element>
            : "f32";

/** What `stacked` makes of values: tensors with one axis more, in plain records as before. */
export type Stacked<Value, D extends DType | undefined = undefined> = unknown extends Value
  ? unknown
  : Value extends Tensor<infer S, infer Own>
    ? Tensor<[number, ...S], Or<D, Own>>
    : Value extends Numbers
      ? Tensor<[number, ...AxesOf<Value>], Or<D, DTypeOf<Value>>>
      : Value extends string
        ? string[]
        : Value extends object
          ? { readonly [Field in keyof Value]: StackedField<Field, Value[Field], D> }
          : never;

/** What is stacked of a field: plain numbers in one of this name are classes. */
export type StackedField<Field, Value, D extends DType | undefined = undefined> = Field extends "label" | "labels"
  ? Stacked<Value, Value extends number | readonly number[] ? Or<D, "i32"> : D>
  : Stacked<Value, D>;

/**
 * A column that stacks values along a new first axis: numbers, rows of numbers (typed or plain arrays), tensors, and plain
 * records of these. Strings stay strings. What batches are made of unless `collate` says otherwise.
 *
 * Numbers become f32, truth values bool, typed arrays and tensors keep their dtype, unless `dtype` says otherwise. Numbers in a
 * field `label` or `labels` are classes and become i32, as PyTorch makes whole numbers of a data set.
 * @throws ShapeError if shapes differ, DTypeError if numbers and dtype do not go together, ValueError on other values
 * @example batches(examples, 32, { collate: { label: stacked("i32") } })
 */
export function stacked<Value, D extends DType | undefined = undefined>(dtype?: D): Column<Value, Stacked<Value, D>> {
  if (dtype !== undefined) aDType("stacked", "dtype", dtype);
  return (values) => stackValues(values, dtype) as Stacked<Value, D>;
}

function stackValues(values: readonly unknown[], dtype: DType | undefined): unknown {
  const [first] = values;
  if (isTensor(first)) return stackTensors(allAs(values, isTensor, "a tensor"), dtype);
  if (isNumbers(first)) return stackNumbers(allAs(values, isNumbers, "numbers"), dtype);
  if (typeof first === "string") return [...allAs(values, (value) => typeof value === "string", "a string")];
  if (isPlainRecord(first)) {
    const records = allAs(values, isPlainRecord, "a record");
    const entries = Object.keys(first).map((field) => [
      field,
      inField(field, () =>
        stackField(
          field,
          records.map((record) => record[field]),
          dtype,
        ),
      ),
    ]);
    return Object.fromEntries(entries);
  }
  throw new ValueError(
    "batches",
    { came: kindOf(first) },
    "examples are stacked if they are tensors, numbers, truth values, strings, arrays of numbers, or records of these",
    "give parts names, as in { x, y }, or pass a function: collate: (examples) => batch",
  );
}

/** Values of a field of this name. A rule by name, and not by what the numbers are: prices that happen to be whole stay f32. */
export function stackField(field: string, values: readonly unknown[], dtype?: DType): unknown {
  if (dtype !== undefined || (field !== "label" && field !== "labels")) return stackValues(values, dtype);
  const fractions = values.map((value) => fractionIn(value));
  if (fractions.includes("other")) return stackValues(values, undefined);
  const fraction = fractions.find((each) => typeof each === "number");
  if (fraction === undefined) return stackValues(values, "i32");
  throw new DTypeError(
    "batches",
    { [field]: fraction },
    `numbers in a field ${field} are classes, whole numbers in i32`,
    `if they are quantities: collate: { ${field}: stacked("f32") }, or give the field another name`,
  );
}

/** Of plain numbers one that is none of i32's, or undefined; "other" of what are no plain numbers. */
function fractionIn(value: unknown): number | "other" | undefined {
  if (typeof value === "number") return (value | 0) === value ? undefined : value;
  if (!Array.isArray(value) || value.length === 0) return "other";
  const inner = value.map(fractionIn);
  return inner.find((each) => each === "other") ?? inner.find((each) => each !== undefined);
}

function stackTensors(tensors: readonly Tensor<Shape, DType>[], dtype: DType | undefined): Tensor<Shape, DType> {
  const whole = stack(tensors);
  return dtype === undefined ? whole : whole.to(dtype);
}

function stackNumbers(values: readonly Numbers[], dtype: DType | undefined): Tensor<Shape, DType> {
  const [first = 0] = values;
  const shape = shapeOfNumbers(first);
  const table = new NumberTable("batches", [values.length, ...shape], first, dtype);
  for (const [i, value] of values.entries()) table.write(value, i * productOf(shape), shape);
  return table.toTensor();
}
