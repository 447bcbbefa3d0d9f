import { ByteReader } from "./bytes.ts";
import { type Orientation, orientationAt, straighten } from "./exif.ts";
import type { Facts } from "./facts.ts";

/** Flags of the extended header. */
const [ANIMATION, ALPHA] = [0x02, 0x10];

/** WebP (RFC 9649): a RIFF file whose first chunk is a lossy picture, a lossless one or an extended header. */
export function webpFacts(reader: ByteReader): Facts {
  const first = reader.text(12, 4);
  const base = {
    bitDepth: 8 as const,
    orientation: exifOf(reader),
    animated: false,
    whole: reader.u32Little(4) + 8 <= reader.length,
  };
  if (first === "VP8 ") {
    const [width, height] = [reader.u16Little(26) & 0x3fff, reader.u16Little(28) & 0x3fff];
    return { ...base, width, height, colour: "rgb" };
  }
  if (first === "VP8L") {
    const bits = reader.u32Little(21);
    const [width, height] = [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    return { ...base, width, height, colour: ((bits >>> 28) & 1) === 1 ? "rgba" : "rgb" };
  }
  if (first !== "VP8X") return { ...base, width: 0, height: 0, colour: "rgb" };
  const flags = reader.byte(20);
  return {
    ...base,
    width: reader.u24Little(24) + 1,
    height: reader.u24Little(27) + 1,
    colour: (flags & ALPHA) === 0 ? "rgb" : "rgba",
    animated: (flags & ANIMATION) !== 0,
  };
}

function exifOf(reader: ByteReader): Orientation {
  const chunk = exifChunk(reader);
  return chunk === undefined ? 1 : orientationAt(reader, chunk.at, chunk.length);
}

function exifChunk(reader: ByteReader): { readonly at: number; readonly length: number } | undefined {
  for (let at = 12; at + 8 <= reader.length;) {
    const length = reader.u32Little(at + 4);
    if (reader.text(at, 4) === "EXIF") return { at: at + 8, length };
    at += 8 + length + (length % 2);
  }
  return undefined;
}

/** A copy of a WebP whose EXIF turns nothing: some browsers look at that of a WebP, others do not. */
export function unturned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = new ByteReader(Uint8Array.from(bytes));
  const chunk = exifChunk(reader);
  if (chunk !== undefined) straighten(reader, chunk.at, chunk.length);
  return reader.bytes;
}
