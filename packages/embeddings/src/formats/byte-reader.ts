import { FormatError } from "@unfoldjs/tensor-core";
import type { Pieces } from "../sources/byte-source.ts";

/** A word or a line that is longer is no word: the file is of another format. */
const LONGEST = 1 << 20;

/** Reads pieces in order: so many bytes, or up to a certain one. */
export class ByteReader {
  readonly op: string;
  readonly name: string;
  /** Bytes read so far. */
  position = 0;
  private readonly pieces: AsyncIterator<Uint8Array>;
  private held: Uint8Array = new Uint8Array(0);
  /** What `held` lies in, where it was put together. */
  private room: Uint8Array = new Uint8Array(0);

  /** Bytes of the source, where that is known; what comes out of gzip is more. */
  readonly size: number | undefined;

  constructor(op: string, { name, size, pieces }: Pieces) {
    this.op = op;
    this.name = name;
    this.size = size;
    this.pieces = pieces[Symbol.asyncIterator]();
  }

  /** The next bytes without reading them; fewer at the end. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.held.length < count && (await this.fill()));
    return this.held.subarray(0, count);
  }

  /** As many bytes, which stay as they are until the next read. @throws FormatError if the file ends before */
  async exactly(count: number, what: string): Promise<Uint8Array> {
    if (this.held.length < count) {
      const parts = [this.held];
      let length = this.held.length;
      while (length < count) {
        const piece = await this.next();
        if (piece === undefined) throw this.cutOff(what, `${count} bytes`, `${length}`);
        parts.push(piece);
        length += piece.length;
      }
      this.held = joined(parts, length);
    }
    return this.take(count);
  }

  /** The bytes up to `byte`, which is read and not given; undefined at the end of the file. @throws FormatError */
  async until(byte: number, what: string, most: number = LONGEST): Promise<Uint8Array | undefined> {
    let searched = 0;
    for (;;) {
      const at = this.held.indexOf(byte, searched);
      if (at >= 0) {
        const found = this.take(at);
        this.take(1);
        return found;
      }
      searched = this.held.length;
      if (searched > most) throw this.wrong(`${what} does not end within ${most} bytes`, "is the file of this format?");
      if (await this.fill()) continue;
      if (this.held.length === 0) return undefined;
      return this.take(this.held.length);
    }
  }

  /**
   * All that is left.
   * @param most more bytes are too many, so that what gzip makes of little fills no memory
   * @param expected how many there are, where it is known: they are then copied once
   * @throws FormatError if there are more
   */
  async rest(what: string, most: number, expected = 0): Promise<Uint8Array> {
    let all = new Uint8Array(Math.max(Math.min(expected, most), this.held.length));
    let filled = 0;
    for (let piece: Uint8Array | undefined = this.held; piece !== undefined; piece = await this.next()) {
      if (filled + piece.length > most) throw this.wrong(`${what} has more than ${most} bytes`);
      if (filled + piece.length > all.length) {
        const larger = new Uint8Array(Math.min(Math.max(2 * all.length, filled + piece.length), most));
        larger.set(all.subarray(0, filled));
        all = larger;
      }
      all.set(piece, filled);
      filled += piece.length;
    }
    this.held = this.held.subarray(this.held.length);
    this.position += filled;
    return all.subarray(0, filled);
  }

  /** Lets bytes pass. @throws FormatError if the file ends before */
  async skip(count: number, what: string): Promise<void> {
    let left = count;
    while (left > 0) {
      if (this.held.length === 0 && !(await this.fill())) throw this.cutOff(what, `${count} bytes`, `${count - left}`);
      left -= this.take(Math.min(left, this.held.length)).length;
    }
  }

  /** True if there is nothing more. */
  async isAtEnd(): Promise<boolean> {
    return (await this.peek(1)).length === 0;
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.pieces.return?.();
  }

  /** @throws nothing: gives the error of a file that is not what it should be, with the place. */
  wrong(rule: string, fix?: string, came: Readonly<Record<string, string | number>> = {}): FormatError {
    return new FormatError(this.op, { file: this.name, byte: this.position, ...came }, rule, fix);
  }

  private cutOff(what: string, wanted: string, there: string): FormatError {
    return this.wrong(`the file is cut off in ${what}`, "fetch or save it again", { wanted, there });
  }

  private take(count: number): Uint8Array {
    const taken = this.held.subarray(0, count);
    this.held = this.held.subarray(count);
    this.position += count;
    return taken;
  }

  private async fill(): Promise<boolean> {
    const piece = await this.next();
    if (piece === undefined) return false;
    this.held = this.held.length === 0 ? piece : this.behind(this.held, piece);
    return true;
  }

  /**
   * Both, one behind the other. Room is left for more of them, or many small pieces would each copy all before it; what was
   * given away lies before and stays as it is.
   */
  private behind(held: Uint8Array, piece: Uint8Array): Uint8Array {
    const length = held.length + piece.length;
    let start = held.byteOffset;
    if (held.buffer !== this.room.buffer || start + length > this.room.length) {
      this.room = new Uint8Array(2 * length);
      this.room.set(held);
      start = 0;
    }
    this.room.set(piece, start + held.length);
    return this.room.subarray(start, start + length);
  }

  private async next(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.pieces.next();
    return done === true ? undefined : value;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
