import type { Layout } from "../shape/layout.ts";
import type { DType } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import { type AnyTensor, type ForEach, type OneResult, type Outputs, PUBLIC, type ResultKinds } from "./results.ts";

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

/** Numbers that are read anew each time a call runs. */
export type Variables<Names extends string = string> = Readonly<Record<Names, number>>;

interface OpBase<Name extends string, Names extends InputNames, Attributes> {
  readonly name: Name;
  /** Input names in order, without question marks; empty for a variadic op. */
  readonly inputs: readonly string[];
  /** Those of them that may be absent. */
  readonly optional: readonly string[];
  /** The public function whose op this is, where that has another name: errors say it. */
  readonly calledAs?: string | undefined;
  /** Only for the types: which names, which attributes. */
  readonly signature?: (inputs: InputsOf<Names>, attributes: Attributes) => void;
}

/** An op that computes new tensors. */
export interface KernelOp<
  Name extends string,
  Names extends InputNames,
  Attributes = void,
  Kinds extends ResultKinds = OneResult,
  VariableNames extends string = never,
> extends OpBase<Name, Names, Attributes> {
  readonly kind: "kernel";
  readonly results: Kinds;
  /** True for an op with the one result `y`, which is called and answers without a record. */
  readonly isSingle: boolean;
  /**
   * The shape of each result. Pure: it sees shapes, dtypes and attributes, and never an element.
   * @throws ShapeError, DTypeError on inputs that do not fit
   */
  shape(inputs: InputsOf<Names>, attributes: Attributes): ForEach<Kinds, Shape>;
  /** The dtype of each result; the first input's if absent. */
  dtype?(inputs: InputsOf<Names>, attributes: Attributes): ForEach<Kinds, DType>;
  /** Looks at elements: indices and labels in range. @throws IndexError */
  check?(inputs: InputsOf<Names>, attributes: Attributes): void;
  /** Calls the kernel. Outputs are new and contiguous. */
  run(inputs: InputsOf<Names>, out: Outputs<Kinds>, attributes: Attributes, variables: Variables<VariableNames>): void;
  /**
   * Numbers that change from one run of the same call to the next, such as how far a generator has come: each is read
   * when the call runs, so that a recorded call never holds a stale one.
   */
  readonly variables?: { readonly [V in VariableNames]: (attributes: Attributes) => number };
  /** True where attributes follow from elements, such as a count: a recorded call would hold stale ones. */
  readonly sizedByValues?: true;
  /** Products that a call has added up to its outputs; 0 if absent. */
  multiplyAdds?(inputs: InputsOf<Names>, out: Outputs<Kinds>, attributes: Attributes): number;
}

/** An op that looks at its first input's storage in another way and copies nothing. */
export interface ViewOp<Name extends string, Names extends InputNames, Attributes> extends OpBase<
  Name,
  Names,
  Attributes
> {
  readonly kind: "view";
  readonly results: OneResult;
  view(inputs: InputsOf<Names>, attributes: Attributes): Layout;
}

/** An op that writes into tensors that are there: an optimiser's step, an assignment, a running sum. */
export interface UpdateOp<
  Name extends string,
  Names extends InputNames,
  Attributes = void,
  VariableNames extends string = never,
> extends OpBase<Name, Names, Attributes> {
  readonly kind: "update";
  /** None. */
  readonly results: { readonly [name: string]: never };
  /** Inputs that are written. The dispatcher refuses expanded ones and raises their versions. */
  readonly writes: readonly string[];
  /** @throws ShapeError, DTypeError on inputs that do not fit */
  check(inputs: InputsOf<Names>, attributes: Attributes): void;
  run(inputs: InputsOf<Names>, attributes: Attributes, variables: Variables<VariableNames>): void;
  /** As a kernel op's: the learning rate, the step. */
  readonly variables?: { readonly [V in VariableNames]: (attributes: Attributes) => number };
  /** Products that a call has added up to what it writes; 0 if absent. */
  multiplyAdds?(inputs: InputsOf<Names>, attributes: Attributes): number;
}

/** One op: its name, its shape rule and its kernel call. Its gradient is a row in autograd's table. */
export type Op<
  Name extends string = string,
  Names extends InputNames = InputNames,
  Attributes = void,
  Kinds extends ResultKinds = OneResult,
> = KernelOp<Name, Names, Attributes, Kinds, string> | ViewOp<Name, Names, Attributes>;

// The parameters of an op's functions vary against their use where it is any op, so inputs and attributes are `never` there.
interface AnyBase {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly optional: readonly string[];
  readonly results: ResultKinds;
  readonly calledAs?: string | undefined;
}
export interface AnyKernelOp extends AnyBase {
  readonly kind: "kernel";
  shape(inputs: never, attributes: never): unknown;
  dtype?(inputs: never, attributes: never): unknown;
  check?(inputs: never, attributes: never): void;
  run(inputs: never, out: never, attributes: never, variables: never): void;
  readonly variables?: Readonly<Record<string, (attributes: never) => number>>;
  readonly sizedByValues?: true;
  readonly isSingle: boolean;
  multiplyAdds?(inputs: never, out: never, attributes: never): number;
}
export interface AnyViewOp extends AnyBase {
  readonly kind: "view";
  view(inputs: never, attributes: never): Layout;
}
export interface AnyUpdateOp extends AnyBase {
  readonly kind: "update";
  readonly writes: readonly string[];
  check(inputs: never, attributes: never): void;
  run(inputs: never, attributes: never, variables: never): void;
  readonly variables?: Readonly<Record<string, (attributes: never) => number>>;
  multiplyAdds?(inputs: never, attributes: never): number;
}
/** Any op at all, where only its name and its calls matter. */
export type AnyOp = AnyKernelOp | AnyViewOp | AnyUpdateOp;

const ONE: OneResult = { y: PUBLIC };

// Every record has all fields, in one order: engines read fields of objects that are laid out alike several times faster.
const NO_KERNEL = {
  kind: "kernel",
  name: "",
  inputs: [],
  optional: [],
  calledAs: undefined,
  results: ONE,
  isSingle: true,
  shape: undefined,
  dtype: undefined,
  check: undefined,
  run: undefined,
  variables: undefined,
  sizedByValues: undefined,
  multiplyAdds: undefined,
};

type Written<Record_> = Omit<Record_, "kind" | "name" | "inputs" | "optional" | "results" | "signature" | "isSingle">;

/** Makes an op record that computes what `results` says. `inputs` are the names of its tensors. */
export function defineOp<
  const Name extends string,
  const Names extends InputNames,
  Attributes,
  Kinds extends ResultKinds,
  VariableNames extends string = never,
>(
  name: Name,
  inputs: Names,
  record: Written<KernelOp<Name, Names, Attributes, Kinds, VariableNames>> & { readonly results: Kinds },
): KernelOp<Name, Names, Attributes, Kinds, VariableNames>;
/** Makes an op record that computes one result, which has a gradient. */
export function defineOp<
  const Name extends string,
  const Names extends InputNames,
  Attributes = void,
  VariableNames extends string = never,
>(
  name: Name,
  inputs: Names,
  record: Written<KernelOp<Name, Names, Attributes, OneResult, VariableNames>>,
): KernelOp<Name, Names, Attributes, OneResult, VariableNames>;
export function defineOp(name: string, inputs: InputNames, record: object): unknown {
  const { results = ONE } = record as { readonly results?: ResultKinds };
  const isSingle = Object.keys(results).join() === "y";
  return { ...NO_KERNEL, ...record, results, isSingle, name, ...namesOf(inputs) };
}

/** Makes an op record that is a view of its first input. */
export function defineView<const Name extends string, const Names extends InputNames, Attributes = void>(
  name: Name,
  inputs: Names,
  view: (inputs: InputsOf<Names>, attributes: Attributes) => Layout,
): ViewOp<Name, Names, Attributes> {
  return { kind: "view", results: ONE, name, ...namesOf(inputs), view };
}

/** Makes an op record that writes into some of its inputs and gives nothing. */
export function defineUpdate<
  const Name extends string,
  const Names extends InputNames,
  Attributes = void,
  VariableNames extends string = never,
>(
  name: Name,
  inputs: Names,
  record: Written<UpdateOp<Name, Names, Attributes, VariableNames>>,
): UpdateOp<Name, Names, Attributes, VariableNames> {
  return { kind: "update", results: {}, ...record, name, ...namesOf(inputs) };
}

function namesOf(names: InputNames): { inputs: readonly string[]; optional: readonly string[] } {
  const bare = (name: string): string => name.replace("?", "");
  return { inputs: names.map(bare), optional: names.filter((name) => name.endsWith("?")).map(bare) };
}
