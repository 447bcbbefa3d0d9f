import { isUnfoldError, scope, type UnfoldError, refusePromise } from "@unfoldjs/tensor-core";
import { shared } from "../shared/shared.ts";
import type { AnyModule, ForwardHook } from "./any-module.ts";
import { type Forward, forwardMethod, replaceForward } from "./forward-method.ts";
import { walk } from "./members.ts";
import { enter, leave } from "./running.ts";

const hooks = new WeakMap<AnyModule, Set<ForwardHook>>();

/** Calls `hook` after each forward of `module`. @returns what takes it off again */
export function addForwardHook(module: AnyModule, hook: ForwardHook): () => void {
  const set = hooks.get(module) ?? new Set();
  hooks.set(module, set.add(hook));
  return () => void set.delete(hook);
}

/**
 * Puts a wrapper before the forward of a module's class. It runs it in a scope, so that a layer leaves nothing behind
 * but its result; errors get the path of the layer that they come from; hooks run afterwards.
 * @throws ValueError if the class has no such method
 */
export function wrapForward(module: AnyModule): void {
  const forward = forwardMethod(module);
  replaceForward(module, (...inputs: never[]): unknown => runForward(module, forward, inputs));
}

function runForward(module: AnyModule, forward: Forward, inputs: never[]): unknown {
  const outer = enter(module);
  try {
    const output = scope(() => {
      const result: unknown = forward.apply(module, inputs);
      refusePromise(`${module.constructor.name}.forward`, result);
      return result;
    });
    const own = hooks.get(module);
    return own === undefined ? output : seenBy(own, module, inputs, output);
  } catch (error) {
    if (isUnfoldError(error)) locate(error, module);
    throw error;
  } finally {
    leave(outer);
  }
}

/** Calls the hooks, each with what the one before left. @returns what the module gives */
function seenBy(own: Iterable<ForwardHook>, module: AnyModule, inputs: readonly unknown[], given: unknown): unknown {
  let output = given;
  const replace = (other: unknown): void => {
    refusePromise("replace", other);
    output = other;
  };
  for (const hook of own) hook({ module, inputs, output, replace });
  return output;
}

/** The module that an error has reached on its way out. */
const reached: WeakMap<UnfoldError, AnyModule> = shared("error", () => new WeakMap()).value;

/** Adds the way from `module` to the one the error comes from, which on the way out becomes the whole path. */
function locate(error: UnfoldError, module: AnyModule): void {
  const inner = reached.get(error);
  if (inner !== undefined && inner !== module) error.within(nameIn(module, inner));
  reached.set(error, module);
}

function nameIn(module: AnyModule, inner: AnyModule): string {
  for (const [path, member] of walk(module)) if (member === inner) return path;
  return inner.constructor.name;
}
