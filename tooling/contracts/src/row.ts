import type { Arguments } from "./kinds.ts";

/** How an exported function is called. */
export interface FunctionRow {
  readonly call: Arguments;
  /** Arguments of the function that it gives, where it gives one. */
  readonly gives?: Arguments;
  /** Functions that the row's own functions and options are of: what those refuse is theirs to say. */
  readonly inside?: readonly string[];
}

/** How an exported class is made and used. */
export interface ClassRow {
  /** Arguments of the constructor, or why it is not called. */
  readonly make: Arguments | { readonly none: string };
  /** An instance to call methods of, where the class cannot be made itself. */
  readonly instance?: () => object;
  /** Arguments of each public method. */
  readonly methods: Readonly<Record<string, Arguments>>;
  /** Instances for methods that want another than the rest. */
  readonly special?: Readonly<Record<string, () => object>>;
  /** Methods that are private or protected, which JavaScript cannot know. */
  readonly notPublic?: readonly string[];
  /** As of a function's row. */
  readonly inside?: readonly string[];
}

/** An export that is not called, and why that is right. */
export interface Uncalled {
  readonly none: string;
}

export type Row = FunctionRow | ClassRow | Uncalled;

type Called<Module> = {
  [Name in keyof Module]: Module[Name] extends abstract new (...inputs: never[]) => unknown
    ? Name
    : Module[Name] extends (...inputs: never[]) => unknown
      ? Name
      : never;
}[keyof Module];

/** A row for each function and class that a package exports: one that has none does not compile, and fails the test. */
export type Rows<Module> = {
  readonly [Name in Called<Module>]: Module[Name] extends abstract new (...inputs: never[]) => unknown
    ? ClassRow | Uncalled
    : FunctionRow | Uncalled;
};

/** @param inside see `FunctionRow` */
export function call(inputs: Arguments, ...inside: readonly string[]): FunctionRow {
  return { call: inputs, inside };
}
