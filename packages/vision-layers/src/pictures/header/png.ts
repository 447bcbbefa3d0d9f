import type { ByteReader } from "./bytes.ts";
import { orientationAt } from "./exif.ts";
import type { Facts } from "./facts.ts";

/** Where a PNG ends: behind its chunk IEND. What was appended is none of the picture's. */
export function endOfPng(reader: ByteReader): number {
  for (let at = 8; at + 8 <= reader.length;) {
    const name = reader.text(at + 4, 4);
    at += 12 + reader.u32(at);
    if (name === "IEND") return Math.min(at, reader.length);
  }
  return reader.length;
}

/** PNG (ISO/IEC 15948): chunks of a length, a name, a body and a checksum. */
export function pngFacts(reader: ByteReader): Facts {
  const [depth, type] = [reader.byte(24), reader.byte(25)];
  const facts = {
    width: reader.u32(16),
    height: reader.u32(20),
    bitDepth: depth === 16 ? (16 as const) : (8 as const),
    orientation: 1 as Facts["orientation"],
    animated: false,
    whole: false,
    isTransparent: false,
  };
  if (reader.text(12, 4) !== "IHDR") return { ...facts, width: 0, colour: "rgb" };
  for (let at = 8; at + 8 <= reader.length;) {
    const [length, name] = [reader.u32(at), reader.text(at + 4, 4)];
    // Of two headers a decoder may believe the other one, and its sizes.
    if (name === "IHDR" && at > 8) return { ...facts, width: 0, colour: "rgb" };
    if (name === "tRNS") facts.isTransparent = true;
    if (name === "acTL") facts.animated = reader.u32(at + 8) > 1;
    if (name === "eXIf") facts.orientation = orientationAt(reader, at + 8, length);
    at += 12 + length;
    if (name === "IEND") facts.whole = at <= reader.length;
    if (name === "IEND") break;
  }
  const hasAlpha = type === 4 || type === 6 || facts.isTransparent;
  return { ...facts, colour: hasAlpha ? "rgba" : type === 0 ? "gray" : "rgb" };
}
