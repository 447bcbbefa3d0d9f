import {
  type AnyTensor,
  DTypeError,
  type DType,
  type InputNames,
  type Op,
  type Shape,
  type Tensor,
} from "@unfoldjs/tensor-core";

/** What a gradient function knows of the call without saving anything: attributes, and its inputs' shapes by name. */
export interface CallFacts<Attributes> {
  readonly attributes: Attributes;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/**
 * The gradient with respect to one input: from the gradient `dy` of the result to that of the input. It may use only the
 * values it says it saves: inputs by name, the result as `y`, residuals by name. The engine sums the answer back over
 * broadcast axes.
 */
export interface Pull<out Saved extends string, in Attributes> {
  readonly saves: readonly Saved[];
  pull(dy: Tensor, saved: Readonly<Record<string, Tensor>>, facts: CallFacts<Attributes>): Tensor;
}

/** A gradient function and what it saves. */
export function saving<const Saved extends string, Attributes>(
  names: Saved | readonly Saved[],
  pull: (dy: Tensor, saved: Readonly<Record<Saved, Tensor>>, facts: CallFacts<Attributes>) => Tensor,
): Pull<Saved, Attributes> {
  return { saves: typeof names === "string" ? [names] : names, pull };
}

/** A gradient function that needs no values. */
export function savingNothing<Attributes>(
  pull: (dy: Tensor, facts: CallFacts<Attributes>) => Tensor,
): Pull<never, Attributes> {
  return { saves: [], pull: (dy, _, facts) => pull(dy, facts) };
}

/** A saved value that is not f32, such as a mask or indices, as what it is. */
export function savedAs<D extends DType>(value: AnyTensor, dtype: D): Tensor<Shape, D> {
  if (value.dtype === dtype) return value as Tensor<Shape, D>;
  throw new DTypeError(
    "gradient",
    { saved: value.dtype, wanted: dtype },
    "a rule asked for a saved value as another dtype",
  );
}

type Bare<Name> = Name extends `${infer Head}?` ? Head : Name;
/** A gradient function for each input, but for those that have none: indices, masks, class weights. */
type Pulls<Names extends InputNames, Attributes, Residual extends string> = string extends Names[number]
  ? PullsOfAny<Attributes>
  : { readonly [Name in Bare<Names[number]>]?: Pull<Bare<Names[number]> | "y" | Residual, Attributes> };
/** The gradient functions of an op that takes any number of inputs, by the input's name. */
type PullsOfAny<Attributes> = (name: string) => Pull<never, Attributes>;

/** Each element of the result depends on one element of each input: the same function serves forward mode. */
export interface ElementwiseRow<P> {
  readonly kind: "elementwise";
  readonly pulls: P;
}
/** The result is linear in each input while the others are held: forward mode is the op itself. */
export interface LinearRow<P> {
  readonly kind: "linear";
  readonly pulls: P;
}
/** Anything else. */
export interface CustomRow<P> {
  readonly kind: "custom";
  readonly pulls: P;
}
/** A kernel that does the work of several ops. `composition` says which; it gives the higher orders, and is the oracle. */
export interface FusedRow<P, Attributes> {
  readonly kind: "fused";
  readonly pulls: P;
  composition(inputs: Readonly<Record<string, Tensor>>, attributes: Attributes): Tensor;
}

/** The row of an op: one gradient function for each input that has one. */
export type RowOf<O> =
  O extends Op<string, infer Names, infer Attributes, infer Residual>
    ? | ElementwiseRow<Pulls<Names, Attributes, Residual>>
      | LinearRow<Pulls<Names, Attributes, Residual>>
      | CustomRow<Pulls<Names, Attributes, Residual>>
      | FusedRow<Pulls<Names, Attributes, Residual>, Attributes>
    : never;

/** One row for every op of a family: forget one, and it does not compile. */
export type RowsOf<Family> = { readonly [Name in keyof Family]: RowOf<Family[Name]> };

export function elementwise<P>(pulls: P): ElementwiseRow<P> {
  return { kind: "elementwise", pulls };
}
export function linear<P>(pulls: P): LinearRow<P> {
  return { kind: "linear", pulls };
}
export function custom<P>(pulls: P): CustomRow<P> {
  return { kind: "custom", pulls };
}
export function fused<P, Attributes>(
  pulls: P,
  composition: (inputs: Readonly<Record<string, Tensor>>, attributes: Attributes) => Tensor,
): FusedRow<P, Attributes> {
  return { kind: "fused", pulls, composition };
}

/** A row as the engine sees it, with the op's own types erased. */
export interface AnyRow {
  readonly kind: "elementwise" | "linear" | "custom" | "fused";
  readonly pulls: Readonly<Record<string, Pull<string, never> | undefined>> | ((name: string) => Pull<string, never>);
  composition?(inputs: Readonly<Record<string, AnyTensor>>, attributes: never): Tensor;
}

/** The gradient function of an input, if it has one. */
export function pullFor({ pulls }: AnyRow, name: string): Pull<string, never> | undefined {
  return typeof pulls === "function" ? pulls(name) : pulls[name];
}
