import { type Channels, type Picture } from "../picture/picture.ts";

const COLOUR_TYPE: Readonly<Record<Channels, number>> = { 1: 0, 3: 2, 4: 6 };
/** What is added to each byte's prediction: the filters of PNG (ISO/IEC 15948, 9.2). */
const [NONE, SUB, UP] = [0, 1, 2];

/** PNG of 8 bits a channel, the same bytes' worth of pixels everywhere: how well it is packed is the platform's. */
export async function encodePng({ height, width, channels, data }: Picture): Promise<Uint8Array<ArrayBuffer>> {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8);
  header.setUint8(9, COLOUR_TYPE[channels]);
  const rows = filtered(data, width * channels, channels);
  const packed = new Response(new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate")));
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", new Uint8Array(await packed.arrayBuffer())),
    chunk("IEND", new Uint8Array()),
  ];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Each row with the filter in front that leaves the smallest differences. */
function filtered(data: Uint8Array, length: number, step: number): Uint8Array<ArrayBuffer> {
  const height = data.length / length;
  const out = new Uint8Array(height * (length + 1));
  const row = new Uint8Array(length);
  for (let y = 0; y < height; y++) {
    let least = Infinity;
    for (const filter of y === 0 ? [NONE, SUB] : [NONE, SUB, UP]) {
      let sum = 0;
      for (let i = 0, at = y * length; i < length; i++, at++) {
        const before = filter === UP ? data[at - length] : filter === SUB && i >= step ? data[at - step] : 0;
        const difference = ((data[at] ?? 0) - (before ?? 0)) & 255;
        row[i] = difference;
        sum += difference < 128 ? difference : 256 - difference;
      }
      if (sum >= least) continue;
      least = sum;
      out[y * (length + 1)] = filter;
      out.set(row, y * (length + 1) + 1);
    }
  }
  return out;
}

function chunk(name: string, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + body.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  for (let i = 0; i < 4; i++) out[4 + i] = name.charCodeAt(i);
  out.set(body, 8);
  view.setUint32(8 + body.length, crc32(out.subarray(4, 8 + body.length)));
  return out;
}

/** CRC-32 (ISO/IEC 15948, annex D), bit by bit eight to a byte. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
