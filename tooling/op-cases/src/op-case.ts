import type { GradcheckOptions } from "@unfoldjs/autograd";
import { type AnyTensor, type DType, isTensor, type Shape, type Tensor, type UnfoldError } from "@unfoldjs/tensor-core";
import type { Draw } from "./draw.ts";
import type { Exact } from "./reference/exact.ts";

/** One input of a row: its shape, or its shape and elements that only this row has. */
export type Input<D extends DType = DType> = Shape | { readonly shape: Shape; readonly draw: Draw<D> };

/** Shapes and attributes of one call. */
export interface Row {
  readonly inputs: readonly Input[];
  readonly attributes?: unknown;
  /** Largest error of a value, as a share of 1 + |value|. Default 2e-6 for f32, 0 for other dtypes. */
  readonly tolerance?: number;
  /** False where the elements lie on kinks or are not finite, so that differences mean nothing. */
  readonly smooth?: false;
}

/** A call that must be refused. */
export interface ErrorRow extends Row {
  readonly throws: new (...args: never[]) => UnfoldError;
  /** What the message must say, beside the name of the op. */
  readonly message: RegExp;
}

/** What an op gives, by name; the only result of an op is called `y`. */
export type ByName<T> = Readonly<Record<string, T>>;

/** Why there is none of something that every case has. */
export interface None {
  readonly none: string;
}

/** How often the op can be differentiated against finite differences, or why not at all. */
export type GradientOrder = "first" | "second" | None;

/** What proves one way of calling an op, with the types of its inputs and attributes erased. */
export interface OpCase {
  /** What sets it apart from the op's other cases, such as "i32". */
  readonly variant: string;
  /** The name under which errors speak of it, where that is not the op's. */
  readonly publicName: string | undefined;
  readonly draws: readonly Draw[];
  call(inputs: readonly AnyTensor[], attributes: unknown): ByName<AnyTensor>;
  reference(inputs: readonly Exact[], attributes: unknown): ByName<Exact>;
  readonly gradient: GradientOrder;
  readonly gradcheck: GradcheckOptions;
  /** Names of f32 results that are constants to every gradient. */
  readonly constant: readonly string[];
  /** Names of inputs, in the op's record, that are refused unless they are contiguous. */
  readonly contiguousOnly: readonly string[];
  /** Names of inputs, in the op's record, whose elements mean something together, such as indices that must ascend. */
  readonly fixed: readonly string[];
  /** All rows, those without elements too. */
  readonly rows: readonly Row[];
  /** The rows that have elements. */
  readonly filled: readonly Row[];
  /** The rows of which an input or a result has no elements. */
  readonly empty: readonly Row[] | None;
  readonly errors: readonly ErrorRow[];
  /** Shapes worth timing. */
  readonly speed: readonly Row[];
}

type Draws = readonly Draw[];
type DTypeOf<D> = D extends Draw<infer T> ? T : never;
type TensorsOf<D extends Draws> = { readonly [K in keyof D]: Tensor<Shape, DTypeOf<D[K]>> };
type ExactsOf<D extends Draws> = { readonly [K in keyof D]: Exact };
type Attributed<A> = [A] extends [undefined] ? unknown : { readonly attributes: A };
type RowOf<D extends Draws, A> = Pick<Row, "tolerance" | "smooth"> & {
  readonly inputs: { readonly [K in keyof D]: Input<DTypeOf<D[K]>> };
} & Attributed<A>;
type ErrorRowOf<D extends Draws, A> = Pick<ErrorRow, "throws" | "message"> & {
  readonly inputs: { readonly [K in keyof D]: Input };
} & Attributed<A>;

/** An op case as it is written: attributes and the number and dtypes of inputs are checked against the call. */
export interface Written<D extends Draws, A> {
  readonly variant?: string;
  readonly publicName?: string;
  /** How each input is drawn. */
  readonly draws: D;
  /** The public function or method: one tensor, or several by the names of the op's results. */
  call(inputs: TensorsOf<D>, attributes: A): AnyTensor | ByName<AnyTensor>;
  /** The same in f64, written as naively as can be and without the library. */
  reference(inputs: ExactsOf<D>, attributes: A): Exact | ByName<Exact>;
  readonly gradient: GradientOrder;
  readonly gradcheck?: GradcheckOptions;
  readonly constant?: readonly string[];
  readonly contiguousOnly?: readonly string[];
  readonly fixed?: readonly string[];
  readonly rows: readonly RowOf<D, A>[];
  /** Rows with a zero-sized axis: one for each axis that may be, or why there is none. */
  readonly empty: readonly RowOf<D, A>[] | None;
  readonly errors?: readonly ErrorRowOf<D, A>[];
  readonly speed?: readonly RowOf<D, A>[];
}

/** A case of the table. */
export function opCase<const D extends Draws, A = undefined>(written: Written<D, A>): OpCase {
  return {
    variant: "",
    publicName: undefined,
    gradcheck: {},
    constant: [],
    contiguousOnly: [],
    fixed: [],
    errors: [],
    speed: [],
    ...written,
    filled: written.rows,
    rows: [...written.rows, ...("none" in written.empty ? [] : written.empty)],
    call: (inputs, attributes) => {
      const results = written.call(inputs as TensorsOf<D>, attributes as A);
      return isTensor(results) ? { y: results } : results;
    },
    reference: (inputs, attributes) => {
      const results = written.reference(inputs as ExactsOf<D>, attributes as A);
      return isExact(results) ? { y: results } : results;
    },
  };
}

function isExact(results: Exact | ByName<Exact>): results is Exact {
  return Array.isArray(results.shape);
}

/** The cases of a family, exhaustive over its ops: one case, or one for each way of calling the op. */
export type CasesOf<Family> = { readonly [Name in keyof Family]: OpCase | readonly OpCase[] };
