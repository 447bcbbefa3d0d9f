import type { Tensor } from "../tensor/tensor.ts";
import type { DType } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";

/** A tensor of any shape and dtype, as op records see it. */
export type AnyTensor = Tensor<Shape, DType>;

/**
 * When an op gives a result: always, if the caller names it, or only where a gradient will need it (the indices of a
 * pooling, a row's logarithm of sums).
 */
export type Given = "always" | "onRequest" | "forGradient";

/** What one result of an op is. */
export interface ResultKind<G extends Given = Given, Differentiable extends boolean = boolean> {
  readonly given: G;
  /** False for indices, truth values and whatever else has no slope: a tape lets it pass. */
  readonly differentiable: Differentiable;
}

/** The results of an op by name, as a type alias (an interface has no index). An op with one calls it `y`. */
export type ResultKinds = Readonly<Record<string, ResultKind>>;

/** A result that is always there and has a gradient. */
export const PUBLIC: ResultKind<"always", true> = { given: "always", differentiable: true };
/** A result that is always there and has no gradient: indices, truth values. */
export const DISCRETE: ResultKind<"always", false> = { given: "always", differentiable: false };
/** A result that is there when it is asked for, and has a gradient. */
export const ON_REQUEST: ResultKind<"onRequest", true> = { given: "onRequest", differentiable: true };
/** A result that is there when it is asked for, and has no gradient. */
export const DISCRETE_ON_REQUEST: ResultKind<"onRequest", false> = { given: "onRequest", differentiable: false };
/** A result that is there when a gradient function needs it. */
export const FOR_GRADIENT: ResultKind<"forGradient", false> = { given: "forGradient", differentiable: false };

/** One result, whether it has a gradient or not. */
export type Single = { readonly y: ResultKind<"always"> };
/** One result that has a gradient. */
export type OneResult = { readonly y: typeof PUBLIC };
/** One result that has none. */
export type OneDiscrete = { readonly y: typeof DISCRETE };

type Named<Kinds extends ResultKinds, G extends Given> = {
  [Name in keyof Kinds]: Kinds[Name]["given"] extends G ? Name : never;
}[keyof Kinds];

/** `One` for an op with the one result `y`, `Several` for others. */
type ByCount<Kinds extends ResultKinds, One, Several> = [keyof Kinds] extends ["y"] ? One : Several;

/** Something for each result: just one for an op with one result. */
export type ForEach<Kinds extends ResultKinds, T> = ByCount<Kinds, T, { readonly [Name in keyof Kinds]: T }>;

/** What a kernel writes: what is always given, and the rest if it is wanted this time. */
export type Outputs<Kinds extends ResultKinds> = ByCount<
  Kinds,
  AnyTensor,
  { readonly [Name in Named<Kinds, "always">]: AnyTensor } & {
    readonly [Name in Named<Kinds, "onRequest" | "forGradient">]: AnyTensor | undefined;
  }
>;

/** What a caller gets: a tensor, or a record of those that are always given and those it asked for. */
export type Answer<Kinds extends ResultKinds, Asked extends string = never> = ByCount<
  Kinds,
  AnyTensor,
  { readonly [Name in Named<Kinds, "always"> | (Asked & Named<Kinds, "onRequest">)]: AnyTensor }
>;

/** The names a caller may ask for. */
export type OnRequest<Kinds extends ResultKinds> = Named<Kinds, "onRequest"> & string;

/** Results by name, whatever op they are of. */
export type Results = Readonly<Record<string, AnyTensor>>;
