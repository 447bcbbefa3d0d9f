import { arange, type DType, fromArray, full, type Shape } from "@unfoldjs/tensor-core";
import { type Thing, thingNames } from "./things.ts";

/** What belongs in one place of a call. */
export interface Kind {
  /** Something right, made anew for each call. */
  readonly make: () => unknown;
  /** Things that are not wrong here, or whose being wrong depends on the others: the call may do its work or refuse. */
  readonly takes: readonly Thing[];
  /** What an error may call it instead of its name: an axis among axes, a size of a shape. */
  readonly said?: readonly string[];
  /** True for what the author of a layer writes as a literal: it is not replaced. */
  readonly isLiteral?: true;
  /** Things that are right here, and would keep the test busy for days: not tried. */
  readonly endless?: readonly Thing[];
  /** Kinds of fields, where the argument is an object: each is replaced too. */
  readonly fields?: Readonly<Record<string, Kind>>;
  /** True where fields are options: one that is misspelt is refused, with the name that was meant. */
  readonly hasNames?: true;
  /** The kind of elements, where it is an array: one that holds each thing is tried too. */
  readonly element?: Kind;
}

/** Arguments by name, in order. */
export type Arguments = Readonly<Record<string, Kind>>;

export const numbers: readonly Thing[] = ["zero", "two", "minus seven", "half", "NaN", "Infinity", "2 ** 40"];
const tensors: readonly Thing[] = [
  "a tensor",
  "a scalar tensor",
  "a tensor without elements",
  "a tensor of i32",
  "a tensor of bool",
  "a tensor of f16",
];
const functions: readonly Thing[] = ["a function", "an async function"];
/** Objects with no field that a function might know. */
export const emptyObjects: readonly Thing[] = ["an empty object", "an object without a prototype"];

/** Elements 1, 2, … of a shape; truth values and small whole numbers where the dtype wants them. */
export function tensorOf(shape: Shape, dtype: DType = "f32", first = 1): Kind {
  const size = shape.reduce((product, each) => product * each, 1);
  return {
    takes: tensors,
    make: () =>
      fromArray<Shape, DType>(
        Array.from({ length: size }, (_, at) => valueAt(dtype, at + first)),
        shape,
        dtype,
      ),
  };
}

function valueAt(dtype: DType, at: number): number {
  return dtype === "bool" ? at % 2 : at;
}

/** Whole numbers, all of them `value`: indices and labels. */
export function indicesOf(shape: Shape, value = 0): Kind {
  return { takes: tensors, make: () => full<Shape, "i32">(shape, value, "i32") };
}

/** 0, 1, … as i32. */
export function ascending(count: number): Kind {
  return { takes: tensors, make: () => arange(0, count, 1, "i32") };
}

/** A tensor or a number. */
export function operand(kind: Kind): Kind {
  return { ...kind, takes: [...kind.takes, ...numbers, "true", "false"] };
}

export const number = (value: number): Kind => ({ make: () => value, takes: numbers });
export const finite = (value: number): Kind => ({
  make: () => value,
  takes: numbers.filter((thing) => thing !== "NaN" && thing !== "Infinity"),
});
/** A number above `least`, or from there up. */
export const from = (value: number, least: "0" | "above 0"): Kind => ({
  make: () => value,
  takes: [...(least === "0" ? (["zero"] as const) : []), "two", "half", "2 ** 40", "Infinity"],
});
/** A whole number that counts something. */
export const count = (value: number): Kind => ({ make: () => value, takes: ["zero", "two", "2 ** 40"] });
/** A whole number of either sign. */
export const whole = (value: number): Kind => ({ make: () => value, takes: ["zero", "two", "minus seven", "2 ** 40"] });
export const axis = (value: number): Kind => ({ make: () => value, takes: ["zero", "two"], said: ["axis"] });
export const axes = (value: number | readonly number[]): Kind => ({
  make: () => value,
  takes: ["zero", "two", "an empty array", "an array of numbers"],
  said: ["axis"],
  element: axis(0),
});
export const shape = (value: Shape): Kind => ({
  make: () => value,
  takes: ["an empty array", "an array of numbers"],
  said: ["shape", "size"],
  element: { make: () => 1, takes: ["zero", "two", "2 ** 40"], said: ["shape", "size"] },
});
/** One size, or one for each axis of an image. */
export const sizes = (value: number | readonly number[]): Kind => ({
  make: () => value,
  takes: ["zero", "two", "2 ** 40", "an array of numbers"],
  element: count(1),
});
export const truth = (value = true): Kind => ({ make: () => value, takes: ["true", "false"] });
export const text = (value: string): Kind => ({ make: () => value, takes: ["an empty string", "a word"] });
export const word = (value: string): Kind => ({ make: () => value, takes: [] });
export const dtype: Kind = word("f32");
/** A function: one that does not give what is wanted is refused by what it gives. */
export const callable = (value: (...inputs: never[]) => unknown, ...also: Thing[]): Kind => ({
  make: () => value,
  takes: [...functions, ...also],
});
/** What may be anything at all. */
export const anything = (value: unknown): Kind => ({ make: () => value, takes: thingNames });
/** A word or a number in the source of another package, such as the name of an op for its errors. */
export const literal = (value: unknown): Kind => ({ make: () => value, takes: [], isLiteral: true });
/** What another function works out, such as an op's attributes: no one writes it by hand. It may be taken, or refused. */
export const workedOut = (make: () => unknown): Kind => ({ make, takes: thingNames });
/** Something that only `make` can say. */
export const given = (make: () => unknown, ...takes: Thing[]): Kind => ({ make, takes });
export const list = (element: Kind, length = 2, ...takes: Thing[]): Kind => ({
  make: () => Array.from({ length }, () => element.make()),
  takes: ["an empty array", ...takes],
  element,
});

/** The argument may be left out. */
export function optional(kind: Kind): Kind {
  return { ...kind, takes: ["undefined", ...kind.takes] };
}

/** Options by name, all of which may be left out but those that are required. */
export function options(fields: Arguments, ...required: string[]): Kind {
  const each = Object.entries(fields).map(
    ([name, kind]) => [name, required.includes(name) ? kind : optional(kind)] as const,
  );
  const all: Kind = { ...record(Object.fromEntries(each)), hasNames: true };
  return required.length > 0 ? all : optional({ ...all, takes: emptyObjects });
}

/** An object whose fields are all looked at. */
export function record(fields: Arguments, ...takes: Thing[]): Kind {
  return {
    make: () => Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, kind.make()])),
    takes,
    fields,
  };
}
