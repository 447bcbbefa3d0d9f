import { describe, type DType, FormatError, type Shape, type Tensor } from "@unfoldjs/tensor-core";

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** All that something needs to go on later as if it had never stopped. */
export interface State {
  readonly values: { readonly [name: string]: Json };
  /** Live tensors, not copies; they are read when the state is written to a file. */
  readonly tensors: Readonly<Record<string, Tensor<Shape, DType>>>;
}

/** Something that has such a state. */
export interface Stateful {
  state(): State;
  /** Takes over values and copies of the tensors. @throws FormatError on a state of something else */
  loadState(state: State): void;
}

/** @throws FormatError on what is no state at all */
export function assertState(op: string, state: State): void {
  const given: Partial<State> | null | undefined = state;
  if (isRecord(given?.values) && isRecord(given.tensors)) return;
  throw new FormatError(
    op,
    { state: describe(given) },
    "this is no state",
    isRecord(given) && "then" in given ? "await it before the call" : "pass what state() gave: { values, tensors }",
  );
}

/** True for what JSON calls an object. */
export function isRecord<T>(value: T): value is T & { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
