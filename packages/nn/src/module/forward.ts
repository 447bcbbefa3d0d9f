import { scope, UnfoldError } from "@unfoldjs/tensor-core";
import { type Forward, forwardMethod, replaceForward } from "./forward-method.ts";
import { walk } from "./members.ts";
import type { Module } from "./module.ts";

/** One call of a module's forward, as hooks see it after it went well. */
export interface ForwardCall {
  readonly module: Module;
  readonly inputs: readonly unknown[];
  readonly output: unknown;
}

/** Looks at a call. Tensors it wants to look at later it must `keep(aliasOf(tensor))`. */
export type ForwardHook = (call: ForwardCall) => void;

interface Running {
  readonly module: Module;
  readonly outer: Running | undefined;
}

let running: Running | undefined;
const hooks = new WeakMap<Module, Set<ForwardHook>>();

/** The innermost module whose forward is running. */
export function runningModule(): Module | undefined {
  return running?.module;
}

/** Calls `hook` after each forward of `module`. @returns what takes it off again */
export function addForwardHook(module: Module, hook: ForwardHook): () => void {
  const set = hooks.get(module) ?? new Set();
  hooks.set(module, set.add(hook));
  return () => void set.delete(hook);
}

/**
 * Puts a wrapper before the forward of a module's class. It runs it in a scope, so that a layer leaves nothing behind
 * but its result; errors get the path of the layer that they come from; hooks run afterwards.
 * @throws ValueError if the class has no such method
 */
export function wrapForward(module: Module): void {
  const forward = forwardMethod(module);
  replaceForward(module, (...inputs: never[]): unknown => runForward(module, forward, inputs));
}

function runForward(module: Module, forward: Forward, inputs: never[]): unknown {
  const outer = running;
  running = { module, outer };
  try {
    const output = scope(() => forward.apply(module, inputs));
    const own = hooks.get(module);
    if (own !== undefined) for (const hook of own) hook({ module, inputs, output });
    return output;
  } catch (error) {
    if (error instanceof UnfoldError) locate(error, module);
    throw error;
  } finally {
    running = outer;
  }
}

/** The module that an error has reached on its way out. */
const reached = new WeakMap<UnfoldError, Module>();

/** Adds the way from `module` to the one the error comes from, which on the way out becomes the whole path. */
function locate(error: UnfoldError, module: Module): void {
  const inner = reached.get(error);
  if (inner !== undefined && inner !== module) error.within(nameIn(module, inner));
  reached.set(error, module);
}

function nameIn(module: Module, inner: Module): string {
  for (const [path, member] of walk(module)) if (member === inner) return path;
  return inner.constructor.name;
}
