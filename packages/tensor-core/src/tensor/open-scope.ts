import { ScopeError } from "../errors/index.ts";
import type { Handle } from "./handle.ts";
import { capture, refusePromise, scope, tensorsIn } from "./scope.ts";
import { assertFunction } from "../arguments/checks.ts";

/** So many tensors are held before those that were disposed by themselves are looked for. */
const FIRST_LOOK = 64;

/**
 * A scope for work with `await` in it: what a request needs, a loop that pauses. It is not entered, since other work runs
 * while this one waits; each stretch without `await` goes through `run`. Any number may be open at the same time.
 *
 * @example
 * async function answer(request) {
 *   using memory = openScope(); // or memory.dispose() in finally
 *   const x = memory.run(() => tensor(request.pixels).reshape([1, 1, 28, 28]));
 *   const logits = memory.run(() => model.forward(x)); // intermediates are gone
 *   await log(request);
 *   return memory.run(() => logits.softmax(-1)).toArray();
 * } // x, logits and the shares are gone
 */
export class OpenScope {
  private readonly held: Set<Handle> = new Set();
  private lookAt = FIRST_LOOK;
  private closed = false;

  /** How many tensors it holds. */
  get size(): number {
    this.letGo();
    return this.held.size;
  }

  /** True after `dispose`. */
  get isClosed(): boolean {
    return this.closed;
  }

  /**
   * Runs `f` as `scope` does, and holds its result (a tensor, or tensors in arrays and plain records) until the scope is closed.
   * @throws ScopeError if `f` returns a promise, or the scope is closed
   */
  run<R>(f: () => R): R {
    this.assertOpen("OpenScope.run");
    assertFunction("OpenScope.run", "f", f);
    const once = (): R => {
      const result = f();
      refusePromise("OpenScope.run", result);
      return result;
    };
    const { result, made } = capture(() => scope(once)); // what is made and left over is in the result
    for (const handle of made) this.take(handle);
    return result;
  }

  /**
   * Takes over tensors that were made elsewhere: those in `value`, except the ones given to `keep`.
   * @returns `value` @throws ScopeError if the scope is closed
   */
  own<T>(value: T): T {
    this.assertOpen("OpenScope.own");
    for (const handle of tensorsIn(value)) this.take(handle);
    return value;
  }

  /** Frees what it holds and was not given to `keep`. A second call does nothing. */
  dispose(): void {
    this.closed = true;
    for (const handle of this.held) if (handle.endsWithScope) handle.dispose();
    this.held.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private take(handle: Handle): void {
    if (!handle.endsWithScope) return;
    // The garbage collector frees what an open scope holds that was itself forgotten.
    handle.watch();
    if (this.closed) return;
    this.held.add(handle);
    if (this.held.size < this.lookAt) return;
    this.letGo();
    this.lookAt = Math.max(FIRST_LOOK, 2 * this.held.size);
  }

  /** Forgets what was disposed by itself, or given to keep. */
  private letGo(): void {
    for (const handle of this.held) if (!handle.endsWithScope) this.held.delete(handle);
  }

  private assertOpen(op: string): void {
    if (!this.closed) return;
    throw new ScopeError(
      op,
      { scope: "closed" },
      "the scope was closed, and would free nothing any more",
      "close it after the last use; with `using`, that is the end of the block",
    );
  }
}

// Engines without `Symbol.dispose`: `using`, as compilers lower it, looks under this name.
if ((Symbol.dispose as symbol | undefined) === undefined) {
  Object.defineProperty(OpenScope.prototype, Symbol.for("Symbol.dispose"), { value: OpenScope.prototype.dispose });
}

/** Opens a scope for work with `await` in it; see `OpenScope`. Without `await`, `scope(f)` is enough. */
export function openScope(): OpenScope {
  return new OpenScope();
}
