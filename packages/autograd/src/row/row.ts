import {
  type AnyTensor,
  DTypeError,
  type DType,
  type InputNames,
  type KernelOp,
  type OneResult,
  type ResultKinds,
  type Shape,
  type Tensor,
  type ViewOp,
  zerosLike,
} from "@unfoldjs/tensor-core";

import type { RowGradient } from "../gradient/row-gradient.ts";

/** What a gradient function knows of the call without saving anything: attributes, and its inputs' shapes by name. */
export interface CallFacts<Attributes> {
  readonly attributes: Attributes;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Tensors by name. */
export type Named<Name extends string = string> = Readonly<Record<Name, Tensor>>;
/** Some tensors by name: gradients of an op's results, tangents of its inputs. What is not there is zero. */
export type Some<Name extends string = string> = Readonly<Partial<Record<Name, Tensor>>>;

type DifferentiableIn<Kinds extends ResultKinds> = {
  [Name in keyof Kinds]: Kinds[Name]["differentiable"] extends true ? Name : never;
}[keyof Kinds] &
  string;

/** The gradient of an op's result, or of its results by name: one that is not there is absent, not zeros. */
export type Cotangent<Kinds extends ResultKinds> = [keyof Kinds] extends ["y"] ? Tensor : Some<DifferentiableIn<Kinds>>;

/**
 * The gradient with respect to one input: from the gradient `dy` of the result to that of the input. It may use only the
 * values it says it saves: inputs by name, results by name (`y` if there is but one). The engine sums the answer back over
 * broadcast axes.
 */
export interface Pull<out Saved extends string, in Attributes, in Dy = Tensor> {
  readonly saves: readonly Saved[];
  /** True where the result has a slope of 0 wherever it has one: no tangent comes of this input. */
  readonly isFlat?: true;
  pull(dy: Dy, saved: Named, facts: CallFacts<Attributes>): Tensor | RowGradient;
}

/** A gradient function and what it saves. */
export function saving<const Saved extends string, Attributes, Dy = Tensor>(
  names: Saved | readonly Saved[],
  pull: (dy: Dy, saved: Named<Saved>, facts: CallFacts<Attributes>) => Tensor | RowGradient,
): Pull<Saved, Attributes, Dy> {
  return { saves: typeof names === "string" ? [names] : names, pull };
}

/** A gradient function that needs no values. */
export function savingNothing<Attributes, Dy = Tensor>(
  pull: (dy: Dy, facts: CallFacts<Attributes>) => Tensor,
): Pull<never, Attributes, Dy> {
  return { saves: [], pull: (dy, _, facts) => pull(dy, facts) };
}

/**
 * The gradient of what is constant in pieces, such as a sign. Back go zeros, so that what the loss depends on has a gradient;
 * forward goes nothing, since a zero that is there makes NaN of every infinity it meets.
 */
export const flat: Pull<never, unknown> = { saves: [], isFlat: true, pull: (dy) => zerosLike(dy) };

/** A saved value that is not f32, such as a mask or indices, as what it is. */
export function savedAs<D extends DType>(value: AnyTensor, dtype: D): Tensor<Shape, D> {
  if (value.dtype === dtype) return value as Tensor<Shape, D>;
  throw new DTypeError(
    "gradient",
    { saved: value.dtype, wanted: dtype },
    "a rule asked for a saved value as another dtype",
  );
}

/** The inputs whose gradients are wanted, and a sum that is there already for those that have one. */
export type Wanted<Name extends string = string> = {
  readonly [N in Name]?: {
    /**
     * What this gradient will be added to. A kernel that can add does so, and answers this very tensor; contiguous, in the
     * input's shape, and nobody else's.
     */
    readonly into: Tensor | undefined;
  };
};

/** The gradients of several inputs from one call, such as of x, weight and bias by one kernel. */
export interface Shared<Input extends string, out Saved extends string, in Attributes, in Dy = Tensor> {
  /** What the gradient of each input takes. */
  readonly saves: Readonly<Record<Input, readonly Saved[]>>;
  /** @returns a gradient for each input that is wanted */
  pull(
    dy: Dy,
    saved: Some,
    facts: CallFacts<Attributes>,
    wanted: Wanted<Input>,
  ): Readonly<Partial<Record<Input, Tensor | RowGradient>>>;
}

type Bare<Name> = Name extends `${infer Head}?` ? Head : Name;
type Savable<Names extends InputNames, Kinds extends ResultKinds> = Bare<Names[number]> | (keyof Kinds & string);

/** A gradient function for each input, but for those that have none: indices, masks, class weights. */
export type Pulls<Names extends InputNames, Attributes, Kinds extends ResultKinds> = string extends Names[number]
  ? (name: string) => Pull<never, Attributes>
  : {
      readonly [Name in Bare<Names[number]> & string]?: Pull<Savable<Names, Kinds>, Attributes, Cotangent<Kinds>>;
    };

/** The gradients of an op: a function for each input, or one for several. */
type Gradients<Names extends InputNames, Attributes, Kinds extends ResultKinds> =
  | Pulls<Names, Attributes, Kinds>
  | Shared<string, Savable<Names, Kinds>, Attributes, Cotangent<Kinds>>;

/** Each element of the result depends on one element of each input: the same function serves forward mode. */
export interface ElementwiseRow<G> {
  readonly kind: "elementwise";
  readonly gradients: G;
}
/**
 * The result is linear in all inputs with a gradient together: f(ax + by) = af(x) + bf(y). Its tangent is the op itself,
 * unless `jvp` says it in another way: where attributes hold only for how the input lies in memory.
 */
export interface LinearRow<G, in Attributes> {
  readonly kind: "linear";
  readonly gradients: G;
  readonly jvp?: Jvp<Attributes>;
}
/**
 * The result is linear in each input while the others are held; an additive one (a bias), which may be absent, is added
 * to what they give.
 */
export interface MultilinearRow<G> {
  readonly kind: "multilinear";
  readonly gradients: G;
  readonly additive: readonly string[];
}
/** Anything else: it says its tangent itself. */
export interface CustomRow<G, in Attributes> {
  readonly kind: "custom";
  readonly gradients: G;
  readonly jvp: Jvp<Attributes>;
}
/** A kernel that does the work of several ops. `composition` says which; it gives tangents and higher orders, and is the oracle. */
export interface FusedRow<G, in Attributes> {
  readonly kind: "fused";
  readonly gradients: G;
  composition(inputs: Some, attributes: Attributes): Tensor | Named;
  /** Results whose gradients the kernel takes; all if absent. A loss on another one goes by the composition. */
  readonly covers?: readonly string[];
}

/** How a custom row carries tangents along. */
export interface Jvp<in Attributes> {
  /** Inputs and results that it uses. */
  readonly uses: readonly string[];
  /** @param tangents of the inputs that have one @returns the tangent of the result, or of results by name */
  push(tangents: Some, values: Named, facts: CallFacts<Attributes>): Tensor | Some;
}

/** A gradient kernel that cannot itself be derived from; what calls it goes by a composition where that is needed. */
export interface RefusedRow {
  readonly kind: "refused";
  /** What to do instead. */
  readonly instead: string;
}

type Row<Names extends InputNames, Attributes, Kinds extends ResultKinds> =
  | ElementwiseRow<Pulls<Names, Attributes, Kinds>>
  | LinearRow<Gradients<Names, Attributes, Kinds>, Attributes>
  | MultilinearRow<Gradients<Names, Attributes, Kinds>>
  | CustomRow<Gradients<Names, Attributes, Kinds>, Attributes>
  | FusedRow<Gradients<Names, Attributes, Kinds>, Attributes>
  | RefusedRow;

/** The row of an op. */
export type RowOf<O> =
  O extends ViewOp<string, infer Names, infer Attributes>
    ? Row<Names, Attributes, OneResult>
    : O extends KernelOp<string, infer Names, infer Attributes, infer Kinds, string>
      ? Row<Names, Attributes, Kinds>
      : never;

/** One row for every op of a family: forget one, and it does not compile. */
export type RowsOf<Family> = { readonly [Name in keyof Family]: RowOf<Family[Name]> };

/** In each of these `gradients` are functions by input, or what `together` made. */
export function elementwise<G>(gradients: G): ElementwiseRow<G> {
  return { kind: "elementwise", gradients };
}

/** @param push the tangent, where it is not the op itself */
export function linear<G, Attributes>(gradients: G, push?: Jvp<Attributes>["push"]): LinearRow<G, Attributes> {
  return { kind: "linear", gradients, ...(push !== undefined && { jvp: { uses: [], push } }) };
}

/** @param additive inputs that are only added, such as a bias */
export function multilinear<G>(gradients: G, additive: readonly string[] = []): MultilinearRow<G> {
  return { kind: "multilinear", gradients, additive };
}

/** @param uses what `push` needs of inputs and results */
export function custom<G, Attributes>(
  gradients: G,
  uses: readonly string[],
  push: Jvp<Attributes>["push"],
): CustomRow<G, Attributes> {
  return { kind: "custom", gradients, jvp: { uses, push } };
}

/** @param covers results whose gradients the kernel takes, if not all */
export function fused<G, Attributes>(
  gradients: G,
  composition: FusedRow<G, Attributes>["composition"],
  covers?: readonly string[],
): FusedRow<G, Attributes> {
  return { kind: "fused", gradients, composition, ...(covers !== undefined && { covers }) };
}

/** @param instead what to do where one wants to derive from it */
export function refused(instead: string): RefusedRow {
  return { kind: "refused", instead };
}

/**
 * One function for the gradients of several inputs.
 * @param saves what each input's gradient takes: what nobody wants is not saved
 */
export function together<const Input extends string, const Saved extends string, Attributes, Dy = Tensor>(
  saves: Readonly<Record<Input, readonly Saved[]>>,
  pull: Shared<Input, Saved, Attributes, Dy>["pull"],
): Shared<Input, Saved, Attributes, Dy> {
  return { saves, pull };
}

/** A row as the engine sees it, with the op's own types erased. */
export interface AnyRow {
  readonly kind: "elementwise" | "linear" | "multilinear" | "custom" | "fused";
  readonly gradients: AnyShared | Readonly<Record<string, AnyPull | undefined>> | ((name: string) => AnyPull);
  readonly additive?: readonly string[];
  readonly jvp?: Jvp<never>;
  readonly covers?: readonly string[];
  composition?(inputs: Some, attributes: never): Tensor | Named;
}
export type AnyPull = Pull<string, never, never>;
export type AnyShared = Shared<string, string, never, never>;

/** The one function for several gradients, if that is what a row has. */
export function sharedOf({ gradients }: AnyRow): AnyShared | undefined {
  return "pull" in gradients && "saves" in gradients ? (gradients as AnyShared) : undefined;
}

/** The gradient function of an input, if it has one of its own. */
export function pullFor({ gradients }: AnyRow, name: string): AnyPull | undefined {
  if (typeof gradients === "function") return gradients(name);
  return (gradients as Readonly<Record<string, AnyPull | undefined>>)[name];
}

/** What the gradient of an input takes; undefined if it has none. */
export function savesOf(row: AnyRow, name: string): readonly string[] | undefined {
  const shared = sharedOf(row);
  return shared === undefined ? pullFor(row, name)?.saves : shared.saves[name];
}
