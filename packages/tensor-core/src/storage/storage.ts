import { OutOfMemoryError } from "../errors/index.ts";
import { liveBySite, noteAllocation, noteRelease } from "./allocation-sites.ts";
import { core, reachBlock, link, settle } from "../runtime/heap.ts";
import { shared } from "../runtime/shared.ts";
import { Pack, type PackedView } from "./pack.ts";

/**
 * A block of the heap and the number of those who hold it: handles, views and tape slots. The last to let go frees it.
 * Only this file sees counts.
 */
export class Storage {
  /** Address of the first byte. */
  readonly pointer: number;
  readonly bytes: number;
  /** Which core it belongs to: it is gone once `shared.era` is another. */
  readonly era: number = shared.era;
  /** Raised by every write after the first; a tape that saved an older version refuses to use it. */
  version = 0;
  /** The op that wrote last, for that refusal's message. */
  writer = "";
  private holders = 1;
  private pack: Pack | undefined;
  private readonly site: number;

  private constructor(pointer: number, bytes: number) {
    this.pointer = pointer;
    this.bytes = bytes;
    this.site = noteAllocation(bytes);
    shared.liveStorages++;
    shared.liveBytes += bytes;
  }

  /** A block for `count` elements, of any content. @throws OutOfMemoryError that says what fills the heap */
  static allocate(count: number, itemSize: number, op: string): Storage {
    const bytes = count * itemSize;
    let pointer: number;
    try {
      pointer = core().allocate(count, itemSize) >>> 0;
    } catch (error) {
      link.core = undefined;
      throw settle((link.doubt = { op, error, before: link.doubt }));
    }
    if (pointer === 0) throw outOfMemory(op, bytes);
    reachBlock(pointer + bytes);
    return new Storage(pointer, bytes);
  }

  retain(): this {
    this.holders++;
    return this;
  }

  release(): void {
    if (--this.holders > 0 || this.era !== shared.era) return;
    try {
      this.pack?.release();
      core().release(this.pointer, this.bytes);
    } catch (error) {
      if (this.era !== shared.era) return; // it turned out that the core had stopped before
      link.core = undefined;
      throw settle((link.doubt = { op: "dispose", error, before: link.doubt }));
    }
    shared.liveStorages--;
    shared.liveBytes -= this.bytes;
    noteRelease(this.site);
  }

  /** True if someone else holds this too. */
  get isShared(): boolean {
    return this.holders > 1;
  }

  /**
   * The address of a matrix within this storage as products read it best, if it was asked for before with the same content;
   * else 0.
   */
  packed(view: PackedView): number {
    if (this.pack?.fits(view, this.version) === true) return this.pack.address();
    this.pack?.release();
    this.pack = new Pack(view, this.version);
    return 0;
  }

  /** True once the last holder let go: nobody can come by these elements again. */
  get isReleased(): boolean {
    return this.holders <= 0;
  }

  /** Notes a write, so that nobody mistakes the new values for the ones they saved. */
  written(op: string): void {
    this.version++;
    this.writer = op;
  }
}

/**
 * The error for a request that the heap cannot meet, with what is filling it.
 * @param bytes undefined if a kernel asked, for room to work in
 */
export function outOfMemory(op: string, bytes?: number): OutOfMemoryError {
  const sites = liveBySite(3);
  return new OutOfMemoryError(
    op,
    {
      asked: bytes === undefined ? "room for its kernel to work in" : `${bytes} bytes`,
      live: `${shared.liveTensors} tensors, ${shared.liveBytes} bytes`,
      heap: `${core().memory.buffer.byteLength} bytes`,
      ...Object.fromEntries(sites.map((site, i) => [`made at (${i + 1})`, site])),
    },
    "the heap cannot grow any more",
    "wrap the work that makes intermediate tensors in scope(() => …), or openScope() where it awaits, or dispose() what is no longer needed; " +
      "then try again, nothing was changed",
  );
}
