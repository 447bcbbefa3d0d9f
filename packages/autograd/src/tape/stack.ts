import { currentHandlers, type Handler, type HandlerFrame } from "@unfoldjs/tensor-core";
import type { Tape } from "./tape.ts";

/** True for a tape of this or of another copy of the package. */
function isTape(handler: Handler): handler is Tape {
  return handler.name === "tape";
}

/** The innermost tape that is recording, with what is below it. */
export function innermostTape(): (HandlerFrame & { readonly handler: Tape }) | undefined {
  for (let at = currentHandlers(); at !== undefined; at = at.below) {
    const { handler, below } = at;
    if (isTape(handler)) return { handler, below };
  }
  return undefined;
}
