import { isUnfoldError } from "./unfold-error.ts";

/** What happened inside and not what was passed: these name the op in which it did, whoever called it. */
const NAMES_ITS_PLACE: ReadonlySet<string> = new Set(["UNFOLD_RUNTIME", "UNFOLD_NON_FINITE", "UNFOLD_GRADIENT"]);

/**
 * Runs the parts that the function `op` is made of: what one of them refuses is told in the name of `op`, which is what
 * was called. Not for functions of the user's, which may call anything.
 */
export function inCall<R>(op: string, f: () => R): R {
  try {
    return f();
  } catch (error) {
    throw calledAs(op, error);
  }
}

/** The error as one of the function `op`, if it is about what that was given. */
export function calledAs(op: string, error: unknown): unknown {
  return isUnfoldError(error) && !NAMES_ITS_PLACE.has(error.code) ? error.calledAs(op) : error;
}
