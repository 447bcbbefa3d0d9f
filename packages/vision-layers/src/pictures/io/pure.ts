import { FormatError, NotFoundError } from "@unfoldjs/tensor-core";
import { NAMES, type PictureHeader } from "../header/header.ts";
import { converted } from "../picture/channels.ts";
import type { Picture } from "../picture/picture.ts";
import { ByteReader } from "../header/bytes.ts";
import { endOfPng } from "../header/png.ts";
import { restoreKey } from "./colour-key.ts";
import { builtin, installed } from "./host.ts";
import { finished, type Readable } from "./options.ts";
import { DAMAGED, problemOf } from "./sharp.ts";
import { upright } from "./upright.ts";

/** What is used of the packages jpeg-js and pngjs. */
interface JpegJs {
  decode(bytes: Uint8Array, options: object): { width: number; height: number; data: Uint8Array };
  encode(image: { width: number; height: number; data: Uint8Array }, quality: number): { data: Uint8Array };
}
interface PngJs {
  readonly PNG: {
    readonly sync: {
      read(bytes: Uint8Array, options: object): { width: number; height: number; data: Uint8Array | Uint16Array };
    };
  };
}

const PACKAGES = { jpeg: "jpeg-js", png: "pngjs" } as const;

/** Decodes JPEG and PNG without native code, in one go. */
export function decodePurely(op: string, { bytes, header, options, came }: Readable): Picture {
  const { format } = header;
  if (format !== "jpeg" && format !== "png") {
    const rule = `${NAMES[format]} is read by the package sharp`;
    throw new NotFoundError(op, came, rule, options.decoder === "pure" ? 'leave out { decoder: "pure" }' : INSTALL);
  }
  const found = installed(PACKAGES[format]);
  if (found === undefined) {
    const rule = `${NAMES[format]} is read by one of the packages sharp and ${PACKAGES[format]}, of which none is installed`;
    throw new NotFoundError(op, came, rule, `${INSTALL}, or, without native code: npm install ${PACKAGES[format]}`);
  }
  let rgba: Uint8Array<ArrayBuffer>;
  try {
    rgba = format === "jpeg" ? decodeJpeg(found as JpegJs, bytes, header) : decodePng(found as PngJs, bytes, header);
  } catch (cause) {
    throw new FormatError(op, { ...came, problem: problemOf(cause) }, DAMAGED, undefined, { cause });
  }
  const isOnItsSide = header.orientation >= 5;
  const [width, height] = isOnItsSide ? [header.height, header.width] : [header.width, header.height];
  const whole: Picture = { width, height, channels: 4, data: rgba };
  // Gray comes as three equal values: any is the gray one.
  const plain = header.channels === 1 ? everyFourth(whole) : converted(whole, header.channels);
  return finished(options.orient === false ? plain : upright(plain, header.orientation), options);
}

const INSTALL = "npm install sharp";

/** Undefined if it is not installed. */
export function findJpegJs(): JpegJs | undefined {
  return installed(PACKAGES.jpeg) as JpegJs | undefined;
}

function decodeJpeg(jpeg: JpegJs, bytes: Uint8Array, { width, height }: PictureHeader): Uint8Array<ArrayBuffer> {
  // The header's size has been looked at already; what comes behind it may say otherwise. A frame takes up to 30 bytes a pixel.
  const maxResolutionInMP = (width * height) / 1e6;
  const limits = { maxResolutionInMP, maxMemoryUsageInMB: 64 + 64 * maxResolutionInMP };
  const { data } = jpeg.decode(bytes, { ...limits, useTArray: true, formatAsRGBA: true, tolerantDecoding: false });
  return new Uint8Array(data);
}

function decodePng(
  { PNG }: PngJs,
  file: Uint8Array,
  { bitDepth, width, height }: PictureHeader,
): Uint8Array<ArrayBuffer> {
  // pngjs refuses what follows the end; sharp, PIL and browsers pass over it.
  const bytes = file.subarray(0, endOfPng(new ByteReader(file)));
  assertPixels(bytes, width * height);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { data } = PNG.sync.read(buffer, { skipRescale: bitDepth === 16 });
  const rgba = bitDepth === 16 ? Uint8Array.from(data, (value) => value >> 8) : new Uint8Array(data);
  restoreKey(bytes, rgba);
  return rgba;
}

/** Bits of a pixel by a PNG's colour type, for each bit of depth. */
const PER_PIXEL: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** @throws Error if there are less pixels than the header says: pngjs makes the others 0 */
function assertPixels(bytes: Uint8Array, pixels: number): void {
  const reader = new ByteReader(bytes);
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 8 <= reader.length; at += 12 + reader.u32(at)) {
    if (reader.text(at + 4, 4) === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + reader.u32(at)));
  }
  const least = Math.ceil((pixels * reader.byte(24) * (PER_PIXEL[reader.byte(25)] ?? 0)) / 8);
  // Each row has a byte more, and ends with a whole one; of an interlaced picture there are up to twice as many rows.
  const most = 2 * least + 16 * (pixels + 64);
  const inflated = builtin("node:zlib")?.inflateSync(Buffer.concat(parts), { maxOutputLength: most });
  if (inflated !== undefined && inflated.length <= least) throw new Error("there are less pixels than its header says");
}

function everyFourth({ height, width, data }: Picture): Picture {
  return { height, width, channels: 1, data: Uint8Array.from({ length: height * width }, (_, i) => data[4 * i] ?? 0) };
}
