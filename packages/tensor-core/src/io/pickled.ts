/** What a pickle may hold here. A dict is a Map, lists and tuples are arrays. */
export type Pickled<T> =
  | string
  | number
  | bigint
  | boolean
  | null
  | T
  | readonly Pickled<T>[]
  | ReadonlyMap<string | number | bigint | boolean | null, Pickled<T>>;

/** A name that the pickle asks for, such as "torch._utils._rebuild_tensor_v2", which is only ever compared. */
export class Global {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What the pickle's few functions make. Each gets what stands in the file, and looks at it. */
export interface Builder {
  /** @returns what the function of this name makes of its arguments; undefined if there is none of this name */
  call(name: string, inputs: readonly unknown[]): unknown;
  /** What a persistent id stands for. */
  persistent(id: unknown): unknown;
  /** What to do about a pickle that asks for something else. In PyTorch's words if absent. */
  readonly fix?: string;
  /**
   * An object of a class by its name, before it has attributes; undefined if it is none that may be. Where there is no such function,
   * pickles with objects, bytes and sets are refused.
   */
  object?(name: string): object | undefined;
  /** Gives an object what the pickle says that it has. @returns false if it is not to have it */
  build?(subject: unknown, state: unknown): boolean;
  /** True for a name that may stand in the file by itself, such as a dtype. */
  isKnown(name: string): boolean;
}
