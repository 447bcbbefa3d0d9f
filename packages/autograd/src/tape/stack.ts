import { currentHandlers, type Handler, type HandlerFrame, withHandlers } from "@unfoldjs/tensor-core";
import type { Tape } from "./tape.ts";

/** True for a tape of this or of another copy of the package. */
function isTape(handler: Handler): handler is Tape {
  return handler.name === "tape";
}

function* tapes(frame: HandlerFrame | undefined): Generator<HandlerFrame & { handler: Tape }> {
  for (let at = frame; at !== undefined; at = at.below) {
    const { handler, below } = at;
    if (isTape(handler)) yield { handler, below };
  }
}

/** How many tapes are recording. */
export function outerTapes(): number {
  return [...tapes(currentHandlers())].length;
}

/** The innermost tape that is recording, with what is below it. */
export function innermostTape(): (HandlerFrame & { handler: Tape }) | undefined {
  return tapes(currentHandlers()).next().value ?? undefined;
}

/** Runs `f` with every handler but the tapes. */
export function withoutTapes<R>(f: () => R): R {
  const others: Handler[] = [];
  for (let at = currentHandlers(); at !== undefined; at = at.below) if (!isTape(at.handler)) others.push(at.handler);
  const frame = others.reduceRight<HandlerFrame | undefined>((below, handler) => ({ handler, below }), undefined);
  return withHandlers(frame, f);
}
