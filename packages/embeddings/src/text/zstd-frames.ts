/** What follows four bytes that say "zstd", and which four say that something else follows, to be passed over. */
const [FRAME, SKIPPED, SKIPPED_MASK] = [0xfd2fb528, 0x184d2a50, 0xfffffff0];
const SINGLE_BYTE = 1; // a block that is one byte, many times
const RESERVED = 3;

/**
 * The frames of a .zst file one after the other, each as its bytes piece by piece (RFC 8878, section 3): Node's decoder stops behind the
 * first, without a word, and files that were written in parts, by several processors or one behind the other have more. Frames
 * that hold no text are passed over. Each frame is to be read to its end before the next.
 * @param damaged what is thrown where a file is none, or ends within a frame
 */
export async function* zstdFrames(
  source: AsyncIterator<Uint8Array>,
  damaged: () => Error,
): AsyncGenerator<AsyncGenerator<Uint8Array>> {
  const bytes = new Bytes(source, damaged);
  let isEmpty = true;
  while (await bytes.hasMore()) {
    isEmpty = false;
    const magic = await bytes.exactly(4);
    const kind = whole(magic);
    if (kind === FRAME) yield frame(bytes, magic, damaged);
    else if ((kind & SKIPPED_MASK) >>> 0 === SKIPPED) {
      for await (const _ of bytes.next(whole(await bytes.exactly(4)))); // nothing is done with them
    } else throw damaged();
  }
  if (isEmpty) throw damaged();
}

async function* frame(bytes: Bytes, magic: Uint8Array, damaged: () => Error): AsyncGenerator<Uint8Array> {
  yield magic;
  const first = await bytes.exactly(1);
  yield first;
  const descriptor = whole(first);
  const isSingle = (descriptor & 0x20) !== 0;
  const window = isSingle ? 0 : 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const size = [isSingle ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  yield* bytes.next(window + dictionary + size);
  for (let isLast = false; !isLast;) {
    const header = await bytes.exactly(3);
    yield header;
    const block = whole(header);
    const kind = (block >>> 1) & 3;
    if (kind === RESERVED) throw damaged();
    yield* bytes.next(kind === SINGLE_BYTE ? 1 : block >>> 3);
    isLast = (block & 1) !== 0;
  }
  const hasChecksum = (descriptor & 4) !== 0;
  if (hasChecksum) yield* bytes.next(4);
}

/** Up to four bytes as a whole number, the least first. */
function whole(bytes: Uint8Array): number {
  return bytes.reduceRight((number, byte) => number * 256 + byte, 0);
}

/** Bytes that come in pieces, as many as are asked for. */
class Bytes {
  private readonly source: AsyncIterator<Uint8Array>;
  private readonly damaged: () => Error;
  private held: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterator<Uint8Array>, damaged: () => Error) {
    this.source = source;
    this.damaged = damaged;
  }

  async hasMore(): Promise<boolean> {
    while (this.held.length === 0) {
      const next = await this.source.next();
      if (next.done === true) return false;
      this.held = next.value.slice(); // the piece is anew filled when the next is asked for
    }
    return true;
  }

  /** @throws what `damaged` says, where there are not as many */
  async *next(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0;) {
      if (!(await this.hasMore())) throw this.damaged();
      const piece = this.held.subarray(0, left);
      this.held = this.held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async exactly(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    let at = 0;
    for await (const piece of this.next(count)) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }
}
