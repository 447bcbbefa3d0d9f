import { FormatError, NotFoundError } from "@unfoldjs/tensor-core";
import { NAMES, type PictureHeader } from "../header/header.ts";
import { converted } from "../picture/channels.ts";
import type { Picture } from "../picture/picture.ts";
import { restoreKey } from "./colour-key.ts";
import { installed } from "./host.ts";
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
    rgba = format === "jpeg" ? decodeJpeg(found as JpegJs, bytes) : decodePng(found as PngJs, bytes, header);
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

function decodeJpeg(jpeg: JpegJs, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  // Sizes have been looked at already.
  const limits = { maxResolutionInMP: Infinity, maxMemoryUsageInMB: Infinity };
  const { data } = jpeg.decode(bytes, { ...limits, useTArray: true, formatAsRGBA: true, tolerantDecoding: false });
  return new Uint8Array(data);
}

function decodePng({ PNG }: PngJs, bytes: Uint8Array, { bitDepth }: PictureHeader): Uint8Array<ArrayBuffer> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { data } = PNG.sync.read(buffer, { skipRescale: bitDepth === 16 });
  const rgba = bitDepth === 16 ? Uint8Array.from(data, (value) => value >> 8) : new Uint8Array(data);
  restoreKey(bytes, rgba);
  return rgba;
}

function everyFourth({ height, width, data }: Picture): Picture {
  return { height, width, channels: 1, data: Uint8Array.from({ length: height * width }, (_, i) => data[4 * i] ?? 0) };
}
