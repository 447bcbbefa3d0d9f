import { core, inCore } from "../runtime/heap.ts";
import { shared } from "../runtime/shared.ts";

/** What the library holds at the moment. */
export interface MemoryUse {
  /** Handles that were made and not yet disposed. */
  readonly tensors: number;
  /** Blocks that they hold; views share one. */
  readonly storages: number;
  /** Bytes in those blocks. */
  readonly bytes: number;
  /** Bytes of weights that are kept in the order in which products read them, beside their storages. */
  readonly packedBytes: number;
  /** Bytes in freed blocks, kept for the next request. */
  readonly keptBytes: number;
  /** Bytes of the WebAssembly memory; it never shrinks. */
  readonly heapBytes: number;
}

/** What the library holds at the moment; leak tests compare it before and after. */
export function memory(): MemoryUse {
  return {
    tensors: shared.liveTensors,
    storages: shared.liveStorages,
    bytes: shared.liveBytes,
    packedBytes: shared.packedBytes,
    keptBytes: inCore("memory", () => core().kept_bytes()) >>> 0,
    heapBytes: core().memory.buffer.byteLength,
  };
}
