import type { CoreExports } from "../../wasm/core.js";
import { RuntimeError } from "../errors/index.ts";
import type { DType, HeapArrayOf } from "../types/dtype.ts";
import type { Host } from "./host.ts";
import { type Stop, shared } from "./shared.ts";
import { isTrap } from "./trap.ts";

/** The core's `StopReason` for a part that nobody will finish. */
const LOST = 2;

/** What failed in the core or on the way to it, and has not been looked at yet. */
export interface Doubt {
  readonly op: string;
  readonly error: unknown;
  /** An earlier one that nobody has looked at: the stack may be full again before somebody does. */
  readonly before: Doubt | undefined;
}

/**
 * The running core, as this copy of the package knows it. Who catches what a call into it threw puts the doubt here before
 * anything else, and without a call: where the stack is full, none succeeds, and the next call into the core then looks.
 */
export const link: { core: CoreExports | undefined; doubt: Doubt | undefined } = { core: undefined, doubt: undefined };

let bytes: Uint8Array = new Uint8Array(0);
let words: Int32Array = new Int32Array(0);
let floats: Float32Array = new Float32Array(0);
let views: HeapViews = viewsOf(new ArrayBuffer(0));
shared.forget.push(() => (link.core = undefined));

/** The heap as elements of each dtype. */
type HeapViews = { readonly [D in DType]: HeapArrayOf[D] };

function viewsOf(buffer: ArrayBufferLike): HeapViews {
  const u8 = new Uint8Array(buffer);
  const u16 = new Uint16Array(buffer);
  return {
    f32: new Float32Array(buffer),
    i32: new Int32Array(buffer),
    u8,
    bool: u8,
    f16: u16,
    bf16: u16,
    i8: new Int8Array(buffer),
  };
}

/** The raw exports of the running core. */
export function core(): CoreExports {
  return link.core ?? connect();
}

function connect(): CoreExports {
  if (link.doubt !== undefined) settle(link.doubt);
  if (shared.stopped !== undefined) throw hasStopped("@unfoldjs/tensor-core", shared.stopped);
  if (shared.core === undefined) shared.start?.();
  if (shared.core === undefined) throw notLoaded();
  return (link.core = shared.core);
}

/** The engine that the core runs in. */
export function host(): Host {
  if (shared.host === undefined) throw notLoaded();
  return shared.host;
}

function notLoaded(): RuntimeError {
  return new RuntimeError(
    "@unfoldjs/tensor-core",
    {},
    "the core is not loaded",
    'import from "@unfoldjs/tensor-core" itself, not from a file inside it',
  );
}

// Views of a memory that has grown are detached, or silently short if it is shared: they are renewed whenever the
// buffer has changed, and nobody keeps one across a call into the core.
function renew(): void {
  const { buffer } = core().memory;
  if (bytes.buffer === buffer) return;
  views = viewsOf(buffer);
  bytes = views.u8;
  words = views.i32;
  floats = views.f32;
}

/**
 * Makes sure that the views reach as far as a block. A helper that has just started may have grown a shared memory for its
 * stack; engines tell this thread a moment later, or when it asks by growing it by nothing.
 */
export function reachBlock(end: number): void {
  if (end <= bytes.length) return;
  renew();
  if (end > bytes.length) core().memory.grow(0);
}

/** The heap as elements of a dtype, which begin at multiples of their size. Valid until the next call into the core. */
export function heapOf<D extends DType>(dtype: D): HeapArrayOf[D] {
  renew();
  return views[dtype];
}

/** The heap as bytes. Valid until the next call into the core. */
export function heapU8(): Uint8Array {
  renew();
  return bytes;
}

/** The heap as i32 words. Valid until the next call into the core. */
export function heapI32(): Int32Array {
  renew();
  return words;
}

/** The heap as f32s. Valid until the next call into the core. */
export function heapF32(): Float32Array {
  renew();
  return floats;
}

const RESTART = "call runtime.restart() outside of every scope and make your tensors anew";

/** The error for what is asked of a core that has stopped. */
export function hasStopped(op: string, { op: stoppedIn, why }: Stop): RuntimeError {
  return new RuntimeError(
    op,
    { "stopped in": stoppedIn, because: why },
    "the core has stopped; nothing it holds can be trusted",
    `${RESTART}, or start a new process, page or worker; please report what led here`,
  );
}

/** Calls into the core for what is no op. @throws RuntimeError if it traps, and then the core has stopped */
export function inCore<T>(name: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    link.core = undefined;
    throw settle((link.doubt = { op: name, error, before: link.doubt }));
  }
}

/** The error to throw for what came out of a call into the core: a trap, now or before, stops it; anything else is itself. */
export function settle(doubt: Doubt): unknown {
  let reason = doubt.error;
  for (let at: Doubt | undefined = doubt; at !== undefined; at = at.before) {
    if (isTrap(at.error)) reason = coreStopped(at.op, at.error);
  }
  link.doubt = undefined;
  return reason;
}

/**
 * Stops the core after a kernel trapped, which validation should never let happen: what it left in the heap is unknown.
 * @returns the error to throw
 */
function coreStopped(op: string, trap: Error): RuntimeError {
  const ended = shared.core?.stop_reason() === LOST ? (shared.crew?.losses.at(-1) ?? "a helper, unnoticed") : undefined;
  shared.stopped = { op, why: ended ?? `it trapped: ${trap.message}` };
  shared.era++;
  for (const forget of shared.forget) forget();
  if (ended !== undefined) {
    return new RuntimeError(
      op,
      { ended },
      "a thread that shared the work ended in the midst of it; the core has stopped, for the result is incomplete",
      `${RESTART}, or start a new process, page or worker; ` +
        'end threads named "unfold helper" by runtime.dismissHelpers() only',
      { cause: trap },
    );
  }
  return new RuntimeError(
    op,
    { trap: trap.message },
    "the core trapped and has stopped; nothing it holds can be trusted",
    `${RESTART}, or start a new process, page or worker; please report what led here`,
    { cause: trap },
  );
}
