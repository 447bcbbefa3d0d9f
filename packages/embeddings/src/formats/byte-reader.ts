import { FormatError, isUnfoldError } from "@unfoldjs/tensor-core";
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

  /** All that is left. @param expected how much that is, where it is known: it is then copied once */
  async rest(expected = 0): Promise<Uint8Array> {
    let all = new Uint8Array(Math.max(expected, this.held.length));
    let filled = 0;
    for (let piece: Uint8Array | undefined = this.held; piece !== undefined; piece = await this.next()) {
      if (filled + piece.length > all.length) {
        const larger = new Uint8Array(Math.max(2 * all.length, filled + piece.length));
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
    this.held = this.held.length === 0 ? piece : joined([this.held, piece], this.held.length + piece.length);
    return true;
  }

  /** The next piece. What a damaged gzip says becomes an error of ours. */
  private async next(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.pieces.next();
      return done === true ? undefined : value;
    } catch (cause) {
      if (isUnfoldError(cause) || !(cause instanceof TypeError || isZlib(cause))) throw cause;
      const came = { file: this.name, byte: this.position, problem: String(cause) };
      throw new FormatError(this.op, came, "the compressed bytes are cut off or damaged", "fetch the file again", {
        cause,
      });
    }
  }
}

function isZlib(cause: unknown): boolean {
  const code: unknown = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && (code.startsWith("Z_") || code === "ERR_TRAILING_JUNK_AFTER_STREAM_END");
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
