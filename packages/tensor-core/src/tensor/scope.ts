import { calledAs } from "../errors/in-call.ts";
import { ScopeError } from "../errors/index.ts";
import { type Handle, type ScopeFrame, scopes } from "./handle.ts";
import { isTensor } from "./tensor.ts";
import { assertFunction } from "../arguments/checks.ts";
import { assertTensor } from "./assert-tensor.ts";

/**
 * Runs `f` and drops every tensor made in it, except those in its result (a tensor, or tensors in arrays and plain
 * records), parameters and buffers of modules, and those given to `keep`.
 *
 * @example const mean = scope(() => x.sub(x.mean()).square().mean()); // two intermediates are gone
 * @throws ScopeError if `f` returns a promise: work after an `await` would run outside; `openScope` is for that
 */
export function scope<R>(f: () => R): R {
  assertFunction("scope", "f", f);
  const frame: ScopeFrame = { outer: scopes.value, handles: [] };
  scopes.value = frame;
  let survivors: ReadonlySet<Handle> = NONE;
  try {
    const result = f();
    refusePromise("scope", result);
    survivors = tensorsIn(result);
    return result;
  } finally {
    scopes.value = frame.outer;
    for (const handle of frame.handles) {
      if (survivors.has(handle)) handle.enterScope();
      else if (handle.endsWithScope) handle.dispose();
    }
  }
}

/** Runs in a scope the ops that the function `op` is made of; what they refuse is told in its name. */
export function composed<R>(op: string, f: () => R): R {
  try {
    return scope(f);
  } catch (error) {
    throw calledAs(op, error);
  }
}

/** Makes a tensor outlive the scopes it was made in. Its owner disposes it. */
export function keep<T extends Handle>(tensor: T): T {
  assertTensor("keep", "tensor", tensor);
  return tensor.keep();
}

/** Looks that what is to run at once does run at once. @throws ScopeError if `value` is a promise */
export function refusePromise(op: string, value: unknown): void {
  if (typeof value !== "object" || value === null || !("then" in value) || typeof value.then !== "function") return;
  throw new ScopeError(
    op,
    { returned: "a promise" },
    "the function must do its work before it returns",
    "await what you need before the call, and pass a function that is not async",
  );
}

const NONE: ReadonlySet<Handle> = new Set();

/** The tensors in a value: itself, or inside arrays and plain records, at any depth. */
export function tensorsIn(value: unknown): ReadonlySet<Handle> {
  if (typeof value !== "object" || value === null) return NONE;
  const found = new Set<Handle>();
  if (isTensor(value)) return found.add(value);
  collect(value, found, new Set());
  return found;
}

function collect(value: unknown, found: Set<Handle>, seen: Set<object>): void {
  if (typeof value !== "object" || value === null) return;
  if (isTensor(value)) {
    found.add(value);
    return;
  }
  if (seen.has(value)) return;
  seen.add(value);
  if (Array.isArray(value)) for (const element of value) collect(element, found, seen);
  else if (isPlainRecord(value)) for (const field of Object.values(value)) collect(field, found, seen);
}

function isPlainRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Runs `f` so that the tensors made in it belong to no scope and are not watched by the garbage collector: the caller
 * disposes each. For tapes and other owners that know when they are done.
 */
export function unowned<R>(f: () => R): R {
  assertFunction("unowned", "f", f);
  return capture(f).result;
}

/** As `unowned`, and tells which tensors were made and are now the caller's; if `f` throws, they are gone. */
export function capture<R>(f: () => R): { readonly result: R; readonly made: readonly Handle[] } {
  assertFunction("capture", "f", f);
  const frame: ScopeFrame = { outer: scopes.value, handles: [] };
  scopes.value = frame;
  try {
    return { result: f(), made: frame.handles };
  } catch (error) {
    for (const handle of frame.handles) handle.dispose();
    throw error;
  } finally {
    scopes.value = frame.outer;
  }
}
