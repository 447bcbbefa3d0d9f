import { core, reachBlock } from "../runtime/heap.ts";
import { shared } from "../runtime/shared.ts";

/** A matrix within a storage, as a kernel is to read it: what it takes to tell one pack from another. */
export interface PackedView {
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
  /** Address of its first element. */
  readonly address: number;
}

/**
 * A matrix in the order in which products read it, kept beside the storage that it is from. It is made when the same
 * matrix is multiplied by for the second time with the same content: weights that learn change at each step, and are never
 * packed for nothing. One for each storage; it goes with the storage, and when its content changes.
 */
export class Pack {
  private readonly view: PackedView;
  private readonly version: number;
  private pointer = 0;
  private bytes = 0;

  constructor(view: PackedView, version: number) {
    this.view = view;
    this.version = version;
  }

  /** True if it is, or will be, this matrix with this content. */
  fits({ rows, columns, rowStride, columnStride, address }: PackedView, version: number): boolean {
    const own = this.view;
    return (
      this.version === version &&
      own.address === address &&
      own.rows === rows &&
      own.columns === columns &&
      own.rowStride === rowStride &&
      own.columnStride === columnStride
    );
  }

  /** Its address; 0 if there is no memory for it, which only costs time. */
  address(): number {
    if (this.pointer !== 0) return this.pointer;
    const { rows, columns, rowStride, columnStride, address } = this.view;
    const count = core().packed_size(rows, columns) >>> 0;
    this.pointer = core().allocate(count, 4) >>> 0;
    if (this.pointer === 0) return 0;
    this.bytes = count * 4;
    reachBlock(this.pointer + this.bytes);
    core().pack_right(rows, columns, address, rowStride, columnStride, this.pointer);
    shared.packedBytes += this.bytes;
    return this.pointer;
  }

  release(): void {
    if (this.pointer === 0) return;
    core().release(this.pointer, this.bytes);
    shared.packedBytes -= this.bytes;
    this.pointer = 0;
  }
}
