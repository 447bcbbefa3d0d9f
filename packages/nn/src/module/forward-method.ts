import { ValueError } from "@unfoldjs/tensor-core";
import type { AnyModule } from "./any-module.ts";

export type Forward = (...inputs: never[]) => unknown;

/** Marks the wrapper that a module has before its forward; also understood by another copy of the package. */
const WRAPPER = Symbol.for("@unfoldjs/nn/forward");

/**
 * The forward of a module's class, as its constructor finds it: fields of the class are not there yet.
 * @throws ValueError if there is none, which is so where a field holds it
 */
export function forwardMethod(module: AnyModule): Forward {
  const forward: Forward | undefined = module.forward;
  if (typeof forward === "function") return forward;
  throw inField(module, "", "the class has no method of this name");
}

/** Puts `wrapper` in the place of a module's forward. It is not enumerable: it is no field of the model. */
export function replaceForward(module: AnyModule, wrapper: Forward): void {
  const value = Object.assign(wrapper, { [WRAPPER]: true });
  Object.defineProperty(module, "forward", { value, writable: true, configurable: true });
}

/** @throws ValueError if a field was put over the inherited forward, and so past the wrapper */
export function assertForwardIsMethod(module: AnyModule, path: string): void {
  const forward: Forward | undefined = module.forward;
  if (typeof forward !== "function" || !(WRAPPER in forward))
    throw inField(module, path, "a field hides the inherited method");
}

function inField(module: AnyModule, path: string, found: string): ValueError {
  return new ValueError(
    "module",
    { class: module.constructor.name, ...(path === "" ? {} : { path }), forward: found },
    "forward must be a method: a function in a field would run without the module's scope, hooks and paths in errors",
    "write forward(x) { … } in the class, not forward = (x) => …; to look at calls from outside, use onForward",
  );
}
