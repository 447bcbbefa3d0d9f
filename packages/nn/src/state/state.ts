import type { DType, Shape, Tensor } from "@unfoldjs/tensor-core";

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
