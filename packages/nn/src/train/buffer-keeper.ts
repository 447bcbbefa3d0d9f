import { clone, keep, type DType, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import type { Buffer } from "../module/buffer.ts";

/** Copied before each step, whether it was ever written to or not: statistics, say, of a norm that may learn later. */
const SMALL = 2 ** 16;

type AnyBuffer = Buffer<Shape, DType>;

/** A buffer before a step. */
interface Before {
  readonly buffer: AnyBuffer;
  readonly values: Tensor<Shape, DType>;
  readonly version: number;
}

/**
 * Gives a model's buffers back as they were before a step that failed: a forward of NaNs has by then made the running statistics NaN,
 * and with them all that the model gives in use. Large buffers, such as tables of positions, are copied only if steps write to them.
 */
export class BufferKeeper {
  private readonly written = new WeakSet<AnyBuffer>();
  private isFirst = true;

  /** Runs a step. Where it throws, buffers are as before. */
  during<R>(buffers: readonly AnyBuffer[], step: () => R): R {
    const kept = buffers
      .filter((buffer) => this.isFirst || buffer.size <= SMALL || this.written.has(buffer))
      .map((buffer): Before => ({ buffer, values: keep(clone(buffer)), version: buffer.storage.version }));
    this.isFirst = false;
    try {
      return step();
    } catch (error) {
      for (const { buffer, values, version } of kept) {
        if (!buffer.isDisposed && buffer.storage.version !== version) buffer.assign(values);
      }
      throw error;
    } finally {
      for (const { buffer, values, version } of kept) {
        if (!buffer.isDisposed && buffer.storage.version !== version) this.written.add(buffer);
        values.dispose();
      }
    }
  }
}
