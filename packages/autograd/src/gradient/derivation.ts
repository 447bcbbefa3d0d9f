import { type AnyTensor, currentHandlers, type Handler, type HandlerFrame, withHandlers } from "@unfoldjs/tensor-core";

/** True while a handler in force derives something along: an outer tape, tangents. */
export function isDerivedFurther(): boolean {
  for (let at = currentHandlers(); at !== undefined; at = at.below) if (at.handler.follows !== undefined) return true;
  return false;
}

/** The innermost handler that derives something along: with anything, or with one of the tensors. */
export function innermostDerivation(tensors?: readonly AnyTensor[]): HandlerFrame | undefined {
  for (let at = currentHandlers(); at !== undefined; at = at.below) {
    const { handler } = at;
    if (handler.follows === undefined) continue;
    if (tensors === undefined || tensors.some((tensor) => handler.follows?.(tensor) === true)) return at;
  }
  return undefined;
}

/** Runs `f` with what is below `frame`, and above it the handlers that only watch. */
export function below<R>(frame: HandlerFrame, f: () => R): R {
  const watching: Handler[] = [];
  for (let at = currentHandlers(); at !== undefined && at !== frame; at = at.below) {
    if (at.handler.follows === undefined) watching.push(at.handler);
  }
  return withHandlers(stacked(watching, frame.below), f);
}

/** Runs `f` with every handler but those that derive: tapes and tangents. */
export function withoutDerivatives<R>(f: () => R): R {
  const others: Handler[] = [];
  for (let at = currentHandlers(); at !== undefined; at = at.below) {
    if (at.handler.follows === undefined) others.push(at.handler);
  }
  return withHandlers(stacked(others, undefined), f);
}

/** Handlers, top first, on those that are there. */
function stacked(handlers: readonly Handler[], on: HandlerFrame | undefined): HandlerFrame | undefined {
  return handlers.reduceRight<HandlerFrame | undefined>((rest, handler) => ({ handler, below: rest }), on);
}
