import type { ByteReader } from "./bytes.ts";
import type { Facts } from "./facts.ts";

/** What a file's boxes say; decoders turn the picture themselves, as its `irot` and `imir` want it. */
interface Found {
  width: number;
  height: number;
  alpha: boolean;
  deep: boolean;
}

/** Boxes that hold boxes, and how many bytes come before those: `meta` has a version. */
const HOLDERS: Readonly<Record<string, number>> = { meta: 4, iprp: 0, ipco: 0 };
const ALPHA = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";

/** AVIF (AV1 Image File Format 1.1): boxes of ISO/IEC 14496-12; sizes are properties (`ispe`), of which the largest is the whole's. */
export function avifFacts(reader: ByteReader): Facts {
  const found: Found = { width: 0, height: 0, alpha: false, deep: false };
  const whole = readBoxes(reader, 0, reader.length, found);
  return {
    width: found.width,
    height: found.height,
    colour: found.alpha ? "rgba" : "rgb",
    bitDepth: found.deep ? 16 : 8,
    orientation: 1,
    animated: reader.text(8, 4) === "avis",
    whole,
  };
}

/** @returns whether every box ends within the bytes */
function readBoxes(reader: ByteReader, start: number, stop: number, found: Found): boolean {
  for (let at = start; at + 8 <= stop;) {
    const [size, name] = [reader.u32(at), reader.text(at + 4, 4)];
    const isLong = size === 1; // 64 bits follow the name
    const length = size === 0 ? stop - at : isLong ? reader.u32(at + 8) * 2 ** 32 + reader.u32(at + 12) : size;
    if (length < 8 || at + length > stop) return false;
    const body = at + (isLong ? 16 : 8);
    const before = HOLDERS[name];
    if (before !== undefined && !readBoxes(reader, body + before, at + length, found)) return false;
    if (name === "ispe") {
      const [width, height] = [reader.u32(body + 4), reader.u32(body + 8)];
      if (width * height > found.width * found.height) Object.assign(found, { width, height });
    }
    if (name === "pixi") found.deep ||= reader.byte(body + 5) > 8;
    if (name === "auxC") found.alpha ||= reader.text(body + 4, ALPHA.length) === ALPHA;
    at += length;
  }
  return true;
}
