import { BRAND } from "../errors/describe.ts";
import { DisposedError } from "../errors/index.ts";
import { hasStopped } from "../runtime/heap.ts";
import { shared, type Slot, slot } from "../runtime/shared.ts";
import { type DType, ITEM_SIZE } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import { type Layout, sizeOf } from "../shape/layout.ts";
import { finaliseLater, type FinaliserCell, notLoose, settle } from "../storage/finalise.ts";
import type { Storage } from "../storage/storage.ts";
import { type Fresh, watchSoon } from "./fresh.ts";

/** A scope that is running, and the handles made in it. */
export interface ScopeFrame {
  readonly outer: ScopeFrame | undefined;
  readonly handles: Handle[];
}

/** In place of the era of a handle that was disposed. */
const DISPOSED = 0;

/** The innermost scope. */
export const scopes: Slot<ScopeFrame | undefined> = slot("scope", undefined);

/**
 * What a tensor is made of, without its operations: one count on a storage, and a layout over it. `Tensor` adds the
 * methods; ops see handles.
 */
export abstract class Handle<S extends Shape = Shape, D extends DType = DType> implements Fresh {
  /** Who this is to a tape; an alias has the same. */
  readonly id: number;
  readonly dtype: D;
  /** Sizes by axis. */
  readonly shape: S;
  /** Distance between neighbours along each axis, in elements; 0 on an expanded axis. */
  readonly strides: readonly number[];
  /** Index of the first element in the storage. */
  readonly offset: number;
  readonly storage: Storage;
  /** Number of elements. */
  readonly size: number;
  /** The core that holds it, as long as it is not disposed: one comparison tells both. */
  private era: number;
  private finaliser: FinaliserCell | undefined;
  private kept = false;

  /** Takes over one count on `storage`. */
  constructor(storage: Storage, dtype: D, layout: Layout, id: number = shared.nextTensorId++) {
    this.storage = storage;
    this.era = storage.era;
    this.dtype = dtype;
    this.shape = layout.shape as S;
    this.strides = layout.strides;
    this.offset = layout.offset;
    this.id = id;
    this.size = sizeOf(layout.shape);
    shared.liveTensors++;
    this.enterScope();
  }

  get brand(): "@unfoldjs/tensor" {
    return BRAND;
  }

  /** Number of axes. */
  get rank(): S["length"] {
    return this.shape.length;
  }

  /** Address of the first element in the heap. */
  get address(): number {
    return this.storage.pointer + this.offset * ITEM_SIZE[this.dtype];
  }

  /** True if elements lie one after the other in row-major order. */
  get isContiguous(): boolean {
    let expected = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      const size = this.shape[axis] ?? 1;
      if (size !== 1 && this.strides[axis] !== expected) return this.size === 0;
      expected *= size;
    }
    return true;
  }

  /** True once it was disposed, or its core has stopped. */
  get isDisposed(): boolean {
    return this.era !== shared.era;
  }

  /** Lets go of the storage; memory goes with its last holder. A second call does nothing. */
  dispose(): void {
    if (this.era !== shared.era) return;
    this.era = DISPOSED;
    shared.liveTensors--;
    if (this.finaliser !== undefined) settle(this.finaliser);
    this.storage.release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * Has a disposed handle hold its elements once more, where somebody else has kept them, such as an alias.
   * @returns true if it does now and did not before: whoever asked disposes it
   */
  wake(): boolean {
    if (this.era !== DISPOSED || this.storage.isReleased || this.storage.era !== shared.era) return false;
    this.storage.retain();
    this.era = this.storage.era;
    this.finaliser = undefined; // that one is done
    shared.liveTensors++;
    return true;
  }

  /** Called by scopes when they end: true if the handle is to be dropped with them. */
  get endsWithScope(): boolean {
    return !this.kept && this.era === shared.era;
  }

  /** Makes no scope's end drop this handle. */
  keep(): this {
    if (!this.kept) {
      this.kept = true;
      this.watch();
      if (this.finaliser !== undefined) notLoose(this.finaliser);
    }
    return this;
  }

  /** Hands the handle to the innermost scope, or to the garbage collector where there is none. */
  enterScope(): void {
    if (this.kept || this.era !== shared.era) return;
    if (scopes.value !== undefined) scopes.value.handles.push(this);
    else watchSoon(this);
  }

  /** Has the garbage collector look after it, unless it was disposed or kept since. */
  watchIfNobodyDoes(): void {
    if (!this.kept && this.era === shared.era) this.watch();
  }

  /** Has its memory given back after it was garbage collected, if nobody did before. */
  watch(): void {
    this.finaliser ??= finaliseLater(this, this.storage);
  }

  /** @throws DisposedError naming the op that wanted to use it; RuntimeError while the core is stopped */
  assertLive(op: string): void {
    if (this.era === shared.era) return;
    if (this.era !== DISPOSED) {
      if (shared.stopped !== undefined) throw hasStopped(op, shared.stopped);
      throw new DisposedError(
        op,
        { tensor: this.shape, dtype: this.dtype },
        "this tensor was made before runtime.restart(), and is gone with the core that held it",
        "make it anew after runtime.restart(): models, optimisers and data from what is kept outside of tensors",
      );
    }
    throw new DisposedError(
      op,
      { tensor: this.shape, dtype: this.dtype },
      "this tensor's memory was given back",
      "return it from its scope(), call keep(t) on it, or dispose() it later",
    );
  }
}

// Engines without `Symbol.dispose`: `using`, as compilers lower it, looks under this name.
if ((Symbol.dispose as symbol | undefined) === undefined) {
  Object.defineProperty(Handle.prototype, Symbol.for("Symbol.dispose"), { value: Handle.prototype.dispose });
}
