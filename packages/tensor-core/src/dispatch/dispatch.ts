import { type Doubt, link, settle } from "../runtime/heap.ts";
import { isStackOverflow } from "../runtime/trap.ts";
import { countOf } from "../shape/axes.ts";
import { type Layout, rowMajor } from "../shape/layout.ts";
import { Storage } from "../storage/storage.ts";
import { isTensor, Tensor } from "../tensor/tensor.ts";
import { type DType, ITEM_SIZE } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import { type Call, type HandlerFrame, handlers, withHandlers } from "./handler.ts";
import type {
  AnyKernelOp,
  AnyOp,
  AnyUpdateOp,
  AnyViewOp,
  InputNames,
  InputsOf,
  KernelOp,
  UpdateOp,
  ViewOp,
} from "./op.ts";
import type { Variables } from "./op.ts";
import type { Answer, AnyTensor, OneResult, OnRequest, ResultKinds, Results } from "./results.ts";
import { describe } from "../errors/describe.ts";
import { calledAs } from "../errors/in-call.ts";
import { ValueError } from "../errors/index.ts";
import { notTensor, assertTensor } from "../tensor/assert-tensor.ts";
import { assertWritable } from "../tensor/writable.ts";
import { wrongArgument } from "../arguments/wrong.ts";

/** A tensor over one count on `storage`, which passes to it. */
export function tensorOver<D extends DType>(storage: Storage, dtype: D, layout: Layout): Tensor<Shape, D> {
  return new Tensor(storage, dtype, layout);
}

/** A new contiguous tensor of any content. */
export function allocateTensor<S extends Shape, D extends DType>(shape: S, dtype: D, op: string): Tensor<S, D> {
  const itemSize = ITEM_SIZE[dtype];
  const storage = Storage.allocate(countOf(op, shape, itemSize), itemSize, op);
  return new Tensor<S, D>(storage, dtype, { shape, strides: rowMajor(shape), offset: 0 });
}

/** A second handle on the same elements, known to handlers as the same tensor. */
export function aliasOf<S extends Shape, D extends DType>(tensor: Tensor<S, D>): Tensor<S, D> {
  assertTensor("aliasOf", "tensor", tensor);
  return new Tensor<S, D>(tensor.storage.retain(), tensor.dtype, tensor, tensor.id);
}

type Inputs = Call["inputs"];

// Not a new array for each call.
const NOTHING_ASKED: readonly never[] = [];

/**
 * The one place that every op passes. With no handler installed it costs one comparison; with some, the topmost sees
 * the call first and what it calls goes to the ones below.
 * @param request names of results on request that are wanted
 * @returns the result, or for an op with several a record of those that are always given and those that were asked for
 */
export function apply<
  Names extends InputNames,
  Attributes,
  Kinds extends ResultKinds = OneResult,
  const Asked extends OnRequest<Kinds> = never,
>(
  op: KernelOp<string, Names, Attributes, Kinds, string> | ViewOp<string, Names, Attributes>,
  inputs: InputsOf<Names>,
  attributes: Attributes,
  request: readonly Asked[] = NOTHING_ASKED,
): Answer<Kinds, Asked> {
  return run(op, inputs, attributes, request) as Answer<Kinds, Asked>;
}

/** Runs an op that writes into some of its inputs: every write passes here, and raises the storage's version. */
export function applyUpdate<Names extends InputNames, Attributes>(
  op: UpdateOp<string, Names, Attributes, string>,
  inputs: InputsOf<Names>,
  attributes: Attributes,
): void {
  const erased = op as AnyUpdateOp;
  const variables = variablesOf(erased, attributes);
  if (handlers.value === undefined) executeUpdate(erased, inputs, attributes, variables);
  else descend({ op: erased, inputs, attributes, variables, requested: [] }, handlers.value);
}

/**
 * Runs the op of `call` on other inputs, through the handlers in force.
 * @returns what the call gives: also results that only a handler asked for, which the caller disposes
 */
export function reapply({ op, attributes, requested }: Call, inputs: Inputs): Results {
  const variables = op.kind === "view" ? NO_VARIABLES : variablesOf(op, attributes);
  return descend({ op, inputs, attributes, variables, requested: [...requested] }, handlers.value);
}

function run(op: AnyKernelOp | AnyViewOp, inputs: Inputs, attributes: unknown, request: readonly string[]): unknown {
  const frame = handlers.value;
  if (frame !== undefined) return handled(op, inputs, attributes, request, frame);
  if (op.kind === "view") return executeView(op, inputs, attributes);
  if (op.isSingle) return executeSingle(op, inputs, attributes, variablesOf(op, attributes));
  return execute(op, inputs, attributes, variablesOf(op, attributes), request);
}

function handled(
  op: AnyKernelOp | AnyViewOp,
  inputs: Inputs,
  attributes: unknown,
  request: readonly string[],
  frame: HandlerFrame,
): unknown {
  const variables = op.kind === "view" ? NO_VARIABLES : variablesOf(op, attributes);
  const results = descend({ op, inputs, attributes, variables, requested: [...request] }, frame);
  return op.kind === "view" || op.isSingle ? results["y"] : withoutExtras(op, results, request);
}

/** The results that the caller knows of; what handlers wanted beside them is let go, as they have taken aliases. */
function withoutExtras(op: AnyKernelOp, results: Results, request: readonly string[]): Results {
  const own: Record<string, AnyTensor> = {};
  for (const name in results) {
    const result = results[name] as AnyTensor;
    if (op.results[name]?.given === "always" || request.includes(name)) own[name] = result;
    else result.dispose();
  }
  return own;
}

function descend(call: Call, frame: HandlerFrame | undefined): Results {
  if (frame === undefined) return executeCall(call);
  const { handler, below } = frame;
  return withHandlers(below, () => handler.handle(call, () => descend(call, below)));
}

function executeCall({ op, inputs, attributes, variables, requested }: Call): Results {
  if (op.kind === "update") return executeUpdate(op, inputs, attributes, variables);
  if (op.kind === "view") return { y: executeView(op, inputs, attributes) };
  if (op.isSingle) return { y: executeSingle(op, inputs, attributes, variables) };
  return execute(op, inputs, attributes, variables, requested);
}

const NO_VARIABLES: Variables = {};

function variablesOf({ name: op, variables }: AnyKernelOp | AnyUpdateOp, attributes: unknown): Variables {
  if (variables === undefined) return NO_VARIABLES;
  const values: Record<string, number> = {};
  for (const name in variables) {
    const value: unknown = (variables[name] as (attributes: unknown) => unknown)(attributes);
    if (typeof value !== "number") throw wrongArgument(op, name, value, "a number, or a function that gives one");
    values[name] = value;
  }
  return values;
}

/** @returns the first input @throws DisposedError; a TypeError on what is no tensor, which `unreadable` explains */
function assertLive(op: AnyOp, inputs: Inputs): AnyTensor {
  let first: AnyTensor | undefined;
  for (const name in inputs) {
    const input = inputs[name];
    if (input === undefined) continue;
    input.assertLive(op.name);
    first ??= input;
  }
  // An op without inputs says its dtype, and never asks for this.
  return first as AnyTensor;
}

function executeView(op: AnyViewOp, inputs: Inputs, attributes: unknown): AnyTensor {
  let source: AnyTensor;
  let layout: Layout;
  try {
    source = assertLive(op, inputs);
    layout = op.view(inputs as never, attributes as never);
  } catch (error) {
    throw failed(op, inputs, attributes, { op: op.name, error, before: link.doubt });
  }
  countOf(op.name, layout.shape);
  return new Tensor(source.storage.retain(), source.dtype, layout);
}

function executeUpdate(op: AnyUpdateOp, inputs: Inputs, attributes: unknown, variables: Variables): Results {
  let made: Results | undefined;
  try {
    assertLive(op, inputs);
    for (const name of op.writes) {
      const target = inputs[name];
      if (target !== undefined) assertWritable(op.name, target);
    }
    op.check(inputs as never, attributes as never);
    made = NO_RESULTS;
    op.run(inputs as never, attributes as never, variables as never);
  } catch (error) {
    link.core = undefined;
    throw failed(op, inputs, attributes, (link.doubt = { op: op.name, error, before: link.doubt }), made);
  }
  for (const name of op.writes) inputs[name]?.storage.written(op.name);
  return NO_RESULTS;
}

const NO_RESULTS: Results = {};

/** The common case, without a record of results. */
function executeSingle(op: AnyKernelOp, inputs: Inputs, attributes: unknown, variables: Variables): AnyTensor {
  let out: AnyTensor | undefined;
  try {
    const first = assertLive(op, inputs);
    const shape = op.shape(inputs as never, attributes as never) as Shape;
    op.check?.(inputs as never, attributes as never);
    const dtype = op.dtype === undefined ? first.dtype : (op.dtype(inputs as never, attributes as never) as DType);
    out = allocateTensor(shape, dtype, op.name);
    op.run(inputs as never, out as never, attributes as never, variables as never);
    return out;
  } catch (error) {
    link.core = undefined;
    throw failed(op, inputs, attributes, (link.doubt = { op: op.name, error, before: link.doubt }), out && { y: out });
  }
}

/** Runs an op with several results: those that are always given, and those that were requested. */
function execute(
  op: AnyKernelOp,
  inputs: Inputs,
  attributes: unknown,
  variables: Variables,
  requested: readonly string[],
): Results {
  let out: Record<string, AnyTensor> | undefined;
  try {
    const first = assertLive(op, inputs);
    const shapes = op.shape(inputs as never, attributes as never) as Readonly<Record<string, Shape>>;
    op.check?.(inputs as never, attributes as never);
    const dtypes = op.dtype?.(inputs as never, attributes as never) as Readonly<Record<string, DType>> | undefined;
    out = {};
    for (const name in op.results) {
      if (op.results[name]?.given !== "always" && !requested.includes(name)) continue;
      out[name] = allocateTensor(shapes[name] as Shape, dtypes?.[name] ?? first.dtype, op.name);
    }
    op.run(inputs as never, out as never, attributes as never, variables as never);
    return out;
  } catch (error) {
    link.core = undefined;
    throw failed(op, inputs, attributes, (link.doubt = { op: op.name, error, before: link.doubt }), out);
  }
}

/**
 * The error to throw for an op that failed, here and nowhere else: calls that are right pay nothing for it. A trap stops the
 * core, which then lets go of nothing.
 * @param made the results so far, which are let go; undefined if the op was still reading what it was given
 */
function failed(op: AnyOp, inputs: Inputs, attributes: unknown, doubt: Doubt, made?: Results): unknown {
  const reason = settle(doubt);
  for (const name in made) made[name]?.dispose();
  const isBare = !isStackOverflow(reason) && (reason instanceof TypeError || reason instanceof RangeError);
  const error = isBare ? explained(op, inputs, attributes, reason, made !== undefined) : reason;
  return op.calledAs === undefined ? error : calledAs(op.calledAs, error);
}

function explained(op: AnyOp, inputs: Inputs, attributes: unknown, reason: Error, hasResults: boolean): Error {
  return faultIn(op, inputs) ?? (hasResults ? reason : unreadable(op, attributes, reason));
}

/** The error for attributes of another form than the op's, passed to `apply` by hand or to a function that takes them worked out. */
function unreadable(op: AnyOp, attributes: unknown, error: Error): ValueError {
  return new ValueError(
    op.name,
    { attributes: describe(attributes), found: error.message },
    "the attributes are not of the form that the op takes",
    undefined,
    { cause: error },
  );
}

/** The error for the first input that is no tensor, though it must be one. */
function faultIn(op: AnyOp, inputs: Inputs): ValueError | undefined {
  for (const name of op.inputs.length === 0 ? Object.keys(inputs) : op.inputs) {
    const input: unknown = inputs[name];
    const isAbsent = input === undefined && op.optional.includes(name);
    if (!isAbsent && !isTensor(input)) return notTensor(op.name, name, input);
  }
  return undefined;
}
