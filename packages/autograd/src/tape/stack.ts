import { currentHandlers, type Handler, type HandlerFrame, withHandlers } from "@unfoldjs/tensor-core";
import type { Tape } from "./tape.ts";

/** True for a tape of this or of another copy of the package. */
function isTape(handler: Handler): handler is Tape {
  return handler.name === "tape";
}

/** True while a handler in force derives something along: an outer tape, tangents. */
export function isDerivedFurther(): boolean {
  for (let at = currentHandlers(); at !== undefined; at = at.below) if (at.handler.follows !== undefined) return true;
  return false;
}

/** The innermost tape that is recording, with what is below it. */
export function innermostTape(): (HandlerFrame & { readonly handler: Tape }) | undefined {
  for (let at = currentHandlers(); at !== undefined; at = at.below) {
    const { handler, below } = at;
    if (isTape(handler)) return { handler, below };
  }
  return undefined;
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
