import type { ByteReader } from "./bytes.ts";

/** How a picture lies in its file (EXIF 2.3, tag 0x0112): 1 is upright, 3 upside down, 6 and 8 on a side; 2, 4, 5 and 7 mirrored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION = 0x0112;

/** Where a block of EXIF, a TIFF header and a directory of tags, says the orientation. What is damaged says nothing. */
function placeOf(reader: ByteReader, start: number, length: number): { at: number; value: number } | undefined {
  const at = reader.text(start, 4) === "Exif" ? start + 6 : start;
  const order = reader.text(at, 2);
  if (order !== "II" && order !== "MM") return undefined;
  const u16 = (place: number): number => (order === "II" ? reader.u16Little(place) : reader.u16(place));
  const u32 = (place: number): number => (order === "II" ? reader.u32Little(place) : reader.u32(place));
  const directory = at + u32(at + 4);
  const count = u16(directory);
  for (let entry = 0; entry < count; entry++) {
    const place = directory + 2 + 12 * entry;
    if (place + 12 > start + length) return undefined;
    if (u16(place) === ORIENTATION) return { at: place + 8 + (order === "II" ? 0 : 1), value: u16(place + 8) };
  }
  return undefined;
}

/** The orientation that a block of EXIF says. @param start where the block is, "Exif\0\0" before it or not */
export function orientationAt(reader: ByteReader, start: number, length: number): Orientation {
  const value = placeOf(reader, start, length)?.value ?? 1;
  return value >= 1 && value <= 8 ? (value as Orientation) : 1;
}

/** Has a block of EXIF say that the picture is upright. */
export function straighten(reader: ByteReader, start: number, length: number): void {
  const place = placeOf(reader, start, length)?.at;
  if (place !== undefined) reader.bytes[place] = 1;
}
