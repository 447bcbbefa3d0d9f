import { currentHandlers, type Handler, type HandlerFrame, withHandlers } from "@unfoldjs/tensor-core";

/** True while a handler in force derives something along: an outer tape, tangents. */
export function isDerivedFurther(): boolean {
  for (let at = currentHandlers(); at !== undefined; at = at.below) if (at.handler.follows !== undefined) return true;
  return false;
}

/** Runs `f` with every handler but those that derive: tapes and tangents. */
export function withoutDerivatives<R>(f: () => R): R {
  const others: Handler[] = [];
  for (let at = currentHandlers(); at !== undefined; at = at.below) {
    if (at.handler.follows === undefined) others.push(at.handler);
  }
  const frame = others.reduceRight<HandlerFrame | undefined>((below, handler) => ({ handler, below }), undefined);
  return withHandlers(frame, f);
}
