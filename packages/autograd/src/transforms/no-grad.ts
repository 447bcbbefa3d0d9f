import { refusePromise } from "@unfoldjs/tensor-core";
import { withoutTapes } from "../tape/stack.ts";

/**
 * Runs `f` without recording: what it makes counts as constant to every gradient around it.
 * @throws ScopeError if `f` returns a promise
 */
export function noGrad<R>(f: () => R): R {
  const result = withoutTapes(f);
  refusePromise("noGrad", result);
  return result;
}
