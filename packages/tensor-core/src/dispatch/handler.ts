import { type Slot, slot } from "../runtime/shared.ts";
import type { AnyOp, AnyTensor, Residuals } from "./op.ts";

/** One call of an op on its way through the handlers. */
export interface Call {
  readonly op: AnyOp;
  readonly inputs: Readonly<Record<string, AnyTensor | undefined>>;
  readonly attributes: unknown;
  /** Set by a handler that will need them, before it goes on; the result then comes with `residuals`. */
  wantsResiduals: boolean;
  residuals: Residuals<string> | undefined;
}

/** Something that sees every call: a tape, a profiler, a trap for NaN. */
export interface Handler {
  readonly name: string;
  /** Handles `call`; `next()` runs it below this handler and gives its result. */
  handle(call: Call, next: () => AnyTensor): AnyTensor;
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
