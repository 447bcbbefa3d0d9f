import type { DType, Generator, Shape } from "@unfoldjs/tensor-core";
import type { Buffer } from "./buffer.ts";
import type { Parameter } from "./parameter.ts";
import type { LoadReport, StateDict, StoredStateDict } from "./state.ts";
import type { Summary, SummaryOptions } from "./summary-table.ts";

/** Known by this mark and not by `instanceof`, so that two copies of the package understand each other. */
export const MODULE_BRAND = "@unfoldjs/nn/module";

/**
 * A module as the functions behind its methods know it. `Module` is the one class that has all of this, so that the two
 * can stand for each other, and says what each member does.
 */
export interface AnyModule {
  readonly brand: typeof MODULE_BRAND;
  training: boolean;
  readonly parameterCount: number;
  forward(...inputs: never[]): unknown;
  config(): readonly Argument[] | undefined;
  stateKeys(): Readonly<Record<string, string>>;
  members(): Iterable<NamedMember>;
  namedParameters(): [path: string, parameter: Parameter][];
  parameters(): Parameter[];
  namedBuffers(): [path: string, buffer: Buffer<Shape, DType>][];
  namedModules(): [path: string, module: AnyModule][];
  namedChildren(): [name: string, module: AnyModule][];
  namedGenerators(): [path: string, generator: Generator][];
  train(training?: boolean): this;
  eval(): this;
  freeze(which?: Selector): this;
  unfreeze(which?: Selector): this;
  stateDict(): StateDict;
  loadStateDict(dict: StateDict | StoredStateDict, options?: { strict?: boolean }): LoadReport;
  onForward(hook: ForwardHook): () => void;
  summary(inputShape: Shape, options?: SummaryOptions): Summary;
  toString(): string;
  dispose(): void;
}

/** True for a module of this or of another copy of the package. */
export function isModule(value: unknown): value is AnyModule {
  return typeof value === "object" && value !== null && "brand" in value && value.brand === MODULE_BRAND;
}

/** What a module is made of, as far as training and saving are concerned. */
export type Member = Parameter | Buffer<Shape, DType> | AnyModule;

/** The way to a member (`heads.left`), the member, and its name in a state dict; if absent, that is `stateKey(path)`. */
export type NamedMember = [path: string, member: Member, key?: string];

/** One argument of a module's constructor, as far as it can be written to a file. */
export type Argument =
  | string
  | number
  | boolean
  | null
  | undefined
  | AnyModule
  | readonly Argument[]
  | { readonly [name: string]: Argument };

/**
 * Which parameters: those of the first so many children, those whose paths are as a pattern says (`features.*`, `**.bias`), or
 * those that a function says yes to. All unless given.
 */
export type Selector = number | string | readonly string[] | ((name: string, parameter: Parameter) => boolean);

/** One call of a module's forward, as hooks see it after it went well. */
export interface ForwardCall {
  readonly module: AnyModule;
  readonly inputs: readonly unknown[];
  /** What it gave, or what an earlier hook replaced that by. */
  readonly output: unknown;
  /**
   * Has the module give something else, in this call: what follows on it, gradients too, is of the replacement. A word of its own,
   * and not what the hook returns: arrow functions return what they were not meant to.
   */
  replace(output: unknown): void;
}

/** Looks at a call. Tensors it wants to look at later it must `keep(aliasOf(tensor))`. */
export type ForwardHook = (call: ForwardCall) => void;
