import { refusePromise } from "@unfoldjs/tensor-core";
import { withoutDerivatives } from "../gradient/derivation.ts";
import { assertFunction } from "./function.ts";

/**
 * Runs `f` without recording: what it makes counts as constant to every gradient and every tangent around it.
 * @throws ScopeError if `f` returns a promise
 */
export function noGrad<R>(f: () => R): R {
  assertFunction("noGrad", f);
  const result = withoutDerivatives(f);
  refusePromise("noGrad", result);
  return result;
}
