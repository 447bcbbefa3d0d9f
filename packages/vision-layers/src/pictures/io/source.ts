import { assertBytes, ValueError, wrongArgument } from "@unfoldjs/tensor-core";
import type { Picture } from "../picture/picture.ts";
import { type Drawable, isDrawable } from "./page.ts";

/** A file that is fetched when it is wanted: a Blob, a File, a Response. */
interface Fetched {
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Pixels of a canvas: an ImageData. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Where a picture may come from: the bytes of a file, a Blob or File; in a page also what it shows, and the pixels of a canvas. */
export type PictureSource = Uint8Array | ArrayBuffer | Fetched | Pixels | Drawable;

/** What became of a source. */
export type Opened =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly pixels: Picture }
  | { readonly drawable: Drawable };

/** @throws ValueError if there is no picture in it */
export async function opened(op: string, source: PictureSource): Promise<Opened> {
  const came: unknown = source;
  if (typeof came === "object" && came !== null && !("then" in came)) {
    const kind = Object.prototype.toString.call(came);
    if (kind === "[object Uint8Array]") return { bytes: owned(came as Uint8Array) };
    if (kind === "[object ArrayBuffer]") return { bytes: new Uint8Array(came as ArrayBuffer) };
    if ("arrayBuffer" in came && typeof came.arrayBuffer === "function") {
      const bytes = new Uint8Array(await (came as Fetched).arrayBuffer());
      assertBytes(op, "source", bytes);
      return { bytes };
    }
    if (kind === "[object ImageData]") return { pixels: pictureOf(op, came as Pixels) };
    if (isDrawable(came)) return { drawable: came };
  }
  const fix = typeof came === "string" ? "readPicture(path), or the bytes of the file" : undefined;
  throw wrongArgument(op, "source", came, "the bytes of a picture file, a Blob, or what a page shows", fix);
}

/** Bytes in memory of their own, as a Blob wants them: what is shared with others is copied. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

function pictureOf(op: string, { width, height, data }: Pixels): Picture {
  if (data.length !== 4 * width * height)
    throw new ValueError(op, { width, height, data: data.length }, "data must hold four bytes a pixel");
  return { height, width, channels: 4, data: Uint8Array.from(data) };
}
