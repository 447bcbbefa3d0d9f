import { type Slot, slot } from "../runtime/shared.ts";
import type { AnyOp, Variables } from "./op.ts";
import type { AnyTensor, Results } from "./results.ts";
import { isTensor } from "../tensor/tensor.ts";
import { notTensor } from "../tensor/assert-tensor.ts";

/** One call of an op on its way through the handlers. */
export interface Call {
  readonly op: AnyOp;
  readonly inputs: Readonly<Record<string, AnyTensor | undefined>>;
  readonly attributes: unknown;
  /** The op's variables as they are for this run. */
  readonly variables: Variables;
  /**
   * Names of results to compute beside those that are always given: what the caller asked for. A handler adds what it
   * needs before it goes on; that is gone when the call is over, unless the handler takes an alias.
   */
  readonly requested: string[];
}

/** Something that sees every call: a tape, tangents, a profiler, a trap for NaN. */
export interface Handler {
  readonly name: string;
  /** Handles `call`; `next()` runs it below this handler and gives its results by name, none for an update. */
  handle(call: Call, next: () => Results): Results;
  /** True if this handler derives something along with `tensor`: a tape that watches it, tangents that it has. */
  follows?(tensor: AnyTensor): boolean;
}

/** A handler on the stack. */
export interface HandlerFrame {
  readonly handler: Handler;
  readonly below: HandlerFrame | undefined;
}

/** The handler that sees a call first. */
export const handlers: Slot<HandlerFrame | undefined> = slot("handlers", undefined);

/** Runs `f` with `handler` on top of the stack. */
export function withHandler<R>(handler: Handler, f: () => R): R {
  return withHandlers({ handler, below: handlers.value }, f);
}

/** Runs `f` with just these handlers. */
export function withHandlers<R>(frame: HandlerFrame | undefined, f: () => R): R {
  const before = handlers.value;
  handlers.value = frame;
  try {
    return f();
  } finally {
    handlers.value = before;
  }
}

/** The handlers in force, top first. */
export function currentHandlers(): HandlerFrame | undefined {
  return handlers.value;
}

/** True if any handler in force follows the tensor. */
export function isFollowed(tensor: AnyTensor): boolean {
  if (!isTensor(tensor)) throw notTensor("isFollowed", "tensor", tensor);
  for (let frame = handlers.value; frame !== undefined; frame = frame.below) {
    if (frame.handler.follows?.(tensor) === true) return true;
  }
  return false;
}
