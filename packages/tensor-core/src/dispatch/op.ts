import type { Layout } from "../shape/layout.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DType } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";

/** A tensor of any shape and dtype, as op records see it. */
export type AnyTensor = Tensor<Shape, DType>;

/** Names of an op's inputs: `["x", "weight", "bias?"]`; a trailing `?` marks one that may be absent. */
export type InputNames = readonly string[];

type Required<Names extends InputNames> = Exclude<Names[number], `${string}?`>;
type Optional<Names extends InputNames> = Names[number] extends infer Name
  ? Name extends `${infer Bare}?`
    ? Bare
    : never
  : never;

/** The inputs of an op by name. A variadic op (`InputNames` not known) takes any names. */
export type InputsOf<Names extends InputNames> = { readonly [Name in Required<Names>]: AnyTensor } & {
  readonly [Name in Optional<Names>]?: AnyTensor | undefined;
};

/** What an op keeps for its gradient beside its result, such as the indices of a max pool. */
export type ResidualPlan<Residual extends string> = Readonly<Record<Residual, { shape: Shape; dtype: DType }>>;
export type Residuals<Residual extends string> = Readonly<Record<Residual, AnyTensor>>;

interface OpBase<Name extends string, Names extends InputNames, Attributes> {
  readonly name: Name;
  /** Input names in order, without question marks; empty for a variadic op. */
  readonly inputs: readonly string[];
  /** False for ops whose results are indices, truth values or whole numbers: they have no gradient and no row. */
  readonly differentiable: boolean;
  /** Only for the types: which names, which attributes. */
  readonly signature?: (inputs: InputsOf<Names>, attributes: Attributes) => void;
}

/** An op that computes a new tensor. */
export interface KernelOp<
  Name extends string,
  Names extends InputNames,
  Attributes,
  Residual extends string,
> extends OpBase<Name, Names, Attributes> {
  /** Validates the inputs and gives the result's shape. @throws ShapeError, DTypeError */
  shape(inputs: InputsOf<Names>, attributes: Attributes): Shape;
  /** The result's dtype; the first input's if absent. */
  dtype?(inputs: InputsOf<Names>, attributes: Attributes): DType;
  /** What to keep for the gradient; asked and written only under a tape. */
  residuals?(inputs: InputsOf<Names>, attributes: Attributes): ResidualPlan<Residual>;
  /** Calls the kernel. `out` is new and contiguous. */
  run(
    inputs: InputsOf<Names>,
    out: AnyTensor,
    attributes: Attributes,
    residuals: Residuals<Residual> | undefined,
  ): void;
}

/** An op that looks at its input's storage in another way and copies nothing. */
export interface ViewOp<Name extends string, Names extends InputNames, Attributes> extends OpBase<
  Name,
  Names,
  Attributes
> {
  view(inputs: InputsOf<Names>, attributes: Attributes): Layout;
}

/** One op: its name, its shape rule and its kernel call. Its gradient is a row in autograd's table. */
export type Op<
  Name extends string = string,
  Names extends InputNames = InputNames,
  Attributes = void,
  Residual extends string = never,
> = KernelOp<Name, Names, Attributes, Residual> | ViewOp<Name, Names, Attributes>;

/** Any op at all, where only its name and its calls matter. */
// The parameters of an op's functions vary against their use here, so its inputs and attributes are erased with `never`.
export type AnyOp = {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly differentiable: boolean;
} & (
  | {
      shape(inputs: never, attributes: never): Shape;
      dtype?(inputs: never, attributes: never): DType;
      residuals?(inputs: never, attributes: never): ResidualPlan<string>;
      run(inputs: never, out: AnyTensor, attributes: never, residuals: never): void;
    }
  | { view(inputs: never, attributes: never): Layout }
);

type Named<Record_> = Omit<Record_, "name" | "inputs" | "differentiable" | "signature"> & { differentiable?: boolean };

/** Makes an op record that computes. `inputs` are the names of its tensors; `differentiable` is true unless said. */
export function defineOp<
  const Name extends string,
  const Names extends InputNames,
  Attributes = void,
  Residual extends string = never,
>(
  name: Name,
  inputs: Names,
  record: Named<KernelOp<Name, Names, Attributes, Residual>>,
): KernelOp<Name, Names, Attributes, Residual> {
  return { differentiable: true, ...record, name, inputs: bareNames(inputs) };
}

/** Makes an op record that is a view of its first input. */
export function defineView<const Name extends string, const Names extends InputNames, Attributes = void>(
  name: Name,
  inputs: Names,
  view: (inputs: InputsOf<Names>, attributes: Attributes) => Layout,
): ViewOp<Name, Names, Attributes> {
  return { differentiable: true, name, inputs: bareNames(inputs), view };
}

function bareNames(names: InputNames): string[] {
  return names.map((name) => name.replace("?", ""));
}
