import type { ByteReader } from "./bytes.ts";
import { type Orientation, orientationAt } from "./exif.ts";
import type { Facts } from "./facts.ts";

const [MARK, SCAN, END, APP1] = [0xff, 0xda, 0xd9, 0xe1];
const COLOURS: Readonly<Record<number, Facts["colour"]>> = { 1: "gray", 3: "rgb", 4: "cmyk" };

const NO_SIZE = { width: 0, height: 0, colour: "rgb", bitDepth: 8, animated: false, whole: false } as const;

/** JPEG (ITU-T T.81, B.1): segments of a marker, a length and a body; the sizes stand in the frame's header (SOF). */
export function jpegFacts(reader: ByteReader): Facts {
  let [width, height, components, depth] = [0, 0, 3, 8];
  let orientation: Orientation = 1;
  let at = 2;
  while (at + 4 <= reader.length && reader.byte(at) === MARK) {
    const marker = reader.byte(at + 1);
    if (marker === MARK) {
      at += 1; // filled up with 0xFF
      continue;
    }
    if (marker === SCAN) break;
    const length = reader.u16(at + 2);
    // Of two frames' headers a decoder may believe the other one, and its sizes.
    if (isFrame(marker) && width > 0) return { ...NO_SIZE, orientation };
    if (isFrame(marker)) {
      depth = reader.byte(at + 4);
      height = reader.u16(at + 5);
      width = reader.u16(at + 7);
      components = reader.byte(at + 9);
    }
    if (marker === APP1 && reader.text(at + 4, 4) === "Exif") orientation = orientationAt(reader, at + 4, length - 2);
    at += 2 + length;
  }
  return {
    width,
    height,
    colour: COLOURS[components] ?? "rgb",
    bitDepth: depth > 8 ? 16 : 8,
    orientation,
    animated: false,
    whole: hasEnd(reader, at),
  };
}

/** C0 … CF, but for tables (C4, CC) and what is reserved (C8). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Whether there is an end marker behind the first scan; things that others append may follow it. */
function hasEnd({ bytes }: ByteReader, scan: number): boolean {
  for (let at = bytes.lastIndexOf(END); at > scan; at = bytes.lastIndexOf(END, at - 1)) {
    if (bytes[at - 1] === MARK) return true;
  }
  return false;
}
