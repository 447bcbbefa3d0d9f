import type * as core from "@unfoldjs/tensor-core";
import { Tensor } from "@unfoldjs/tensor-core";
import * as kind from "../../kinds.ts";
import { type ClassRow, type FunctionRow, type Rows } from "../../row.ts";
import { truths, work, atIndex } from "./operands.ts";
import { making } from "./making.ts";
import { elementwise } from "./elementwise.ts";
import { products } from "./products.ts";
import { norms } from "./norms.ts";
import { recurrence } from "./recurrence.ts";
import { attention } from "./attention.ts";
import { picking } from "./picking.ts";
import { steps } from "./steps.ts";
import { files } from "./files.ts";
import { checks } from "./checks.ts";

const { axis, count, optional, record, shape, tensorOf } = kind;

const anError: ClassRow = {
  make: { op: kind.anything("op"), came: kind.anything({}), rule: kind.anything("rule"), fix: kind.anything("fix") },
  methods: { within: { name: kind.anything("layer") } },
};

type ErrorName = Exclude<Extract<keyof typeof core, `${string}Error`>, "isUnfoldError">;

const functions: Omit<Rows<typeof core>, ErrorName | "Tensor" | "Generator" | "OpenScope"> = {
  ...making,
  ...elementwise,
  ...products,
  ...norms,
  ...recurrence,
  ...attention,
  ...picking,
  ...steps,
  ...files,
  ...checks,
};

/** A method is the function of its name, on the tensor that is the function's first argument. */
function method({ call: inputs }: FunctionRow): kind.Arguments {
  return Object.fromEntries(Object.entries(inputs).slice(1));
}

/** The methods of `Tensor` by their functions: those that have none are listed. */
const tensorMethods: Record<string, kind.Arguments> = Object.fromEntries(
  Object.getOwnPropertyNames(Tensor.prototype).flatMap((name) => {
    const row = (functions as Readonly<Record<string, FunctionRow | undefined>>)[name];
    return row === undefined || !("call" in row) ? [] : [[name, method(row)]];
  }),
);

const random = { shape: shape([2, 3]) };

export const tensorCore: Rows<typeof core> = {
  ...functions,
  Tensor: {
    make: { none: "ops make tensors; its arguments are a storage and where in it the elements lie" },
    instance: () => tensorOf([2, 3]).make() as object,
    methods: {
      ...tensorMethods,
      at: { index: atIndex },
      permute: { a: axis(1), b: axis(0) },
      to: { dtype: kind.word("i32") },
      assertLive: { op: kind.literal("test") },
      dispose: {},
      enterScope: {},
      keep: {},
      toJSON: {},
    },
    notPublic: ["watch"],
    inside: ["cast"], // is `to` as a function
    special: {
      item: () => tensorOf([1]).make() as object,
      squeeze: () => tensorOf([2, 1]).make() as object,
      any: () => truths.make() as object,
      all: () => truths.make() as object,
    },
  },
  Generator: {
    make: { seed: optional(count(1)) },
    methods: {
      state: {},
      restore: { state: record({ seed: count(1), counter: count(1) }) },
      manualSeed: { seed: count(1) },
      uniform: { ...random, low: optional(kind.finite(0)), high: optional(kind.finite(1)) },
      normal: { ...random, mean: optional(kind.finite(0)), deviation: optional(kind.from(1, "0")) },
      integers: { ...random, low: kind.whole(0), high: kind.whole(5) },
      permutation: { count: { ...count(4), takes: ["zero", "two"] } },
      bernoulli: { ...random, probability: kind.from(0.5, "0") },
      dropoutMask: { ...random, probability: kind.from(0.5, "0") },
      reserve: { blocks: count(1) },
      stream: { blocks: count(1) },
    },
    notPublic: ["choose"],
  },
  OpenScope: {
    make: {},
    methods: { run: { f: work }, own: { value: kind.anything(1) }, dispose: {} },
    notPublic: ["take", "letGo", "assertOpen"],
  },
  UnfoldError: { none: "abstract: its subclasses are made" },
  DisposedError: anError,
  DTypeError: anError,
  FileError: anError,
  FormatError: anError,
  GradientError: anError,
  IndexError: anError,
  NonFiniteError: anError,
  NotFoundError: anError,
  OutOfMemoryError: anError,
  RuntimeError: anError,
  ScopeError: anError,
  ShapeError: anError,
  ValueError: anError,
};
