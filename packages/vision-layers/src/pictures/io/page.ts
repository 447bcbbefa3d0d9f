import { FormatError, NotFoundError, ValueError, wrongArgument } from "@unfoldjs/tensor-core";
import { unturned } from "../header/webp.ts";
import { converted } from "../picture/channels.ts";
import type { Picture } from "../picture/picture.ts";
import { finished, type DecodeOptions, type Readable } from "./options.ts";
import { DAMAGED, problemOf } from "./sharp.ts";
import { upright } from "./upright.ts";

/** What a page can draw: an ImageBitmap, a canvas, an img, a video, a VideoFrame. */
export interface Drawable {
  readonly width?: unknown;
  readonly height?: unknown;
  readonly naturalWidth?: number;
  readonly naturalHeight?: number;
  readonly videoWidth?: number;
  readonly videoHeight?: number;
  readonly displayWidth?: number;
  readonly displayHeight?: number;
}

/** Decodes as the page or worker does that this runs in. */
export async function decodeInPage(op: string, readable: Readable): Promise<Picture> {
  const { bytes, header, options, came } = readable;
  const { createImageBitmap: decode } = globalThis as { createImageBitmap?: typeof createImageBitmap };
  if (decode === undefined)
    throw new NotFoundError(op, came, "there is neither a page nor Node here to decode pictures");
  const isWebp = header.format === "webp";
  const blob = new Blob([isWebp ? unturned(bytes) : bytes], { type: `image/${header.format}` });
  let bitmap: ImageBitmap;
  try {
    const imageOrientation = options.orient === false ? "none" : "from-image";
    bitmap = await decode(blob, { imageOrientation, premultiplyAlpha: "none", colorSpaceConversion: "none" });
  } catch (cause) {
    const rule = header.format === "avif" ? `${DAMAGED}, or this browser reads no AVIF` : DAMAGED;
    throw new FormatError(op, { ...came, problem: problemOf(cause) }, rule, undefined, { cause });
  }
  try {
    const rgba = pixelsOf(op, bitmap, bitmap.width, bitmap.height);
    const plain = converted(rgba, header.channels);
    return finished(isWebp && options.orient !== false ? upright(plain, header.orientation) : plain, options);
  } finally {
    bitmap.close();
  }
}

/** What is to be seen of a canvas, an img, a video as it stands. */
export function drawnPicture(op: string, source: Drawable, options: DecodeOptions): Picture {
  const [width, height] = sizesOf(source);
  if (width === 0 || height === 0) {
    throw new ValueError(op, { width, height }, "there is nothing to see in it yet", "wait until it has loaded");
  }
  const picture = pixelsOf(op, source as CanvasImageSource, width, height);
  return finished(picture, { ...options, channels: options.channels ?? 3 });
}

/** @returns its own sizes, not those that it is shown in; undefined unless it can be drawn here */
export function isDrawable(value: unknown): value is Drawable {
  if (typeof value !== "object" || value === null) return false;
  const places: Readonly<Record<string, unknown>> = globalThis;
  return KINDS.some((kind) => {
    const known = places[kind];
    return typeof known === "function" && value instanceof known;
  });
}

const KINDS = [
  "ImageBitmap",
  "OffscreenCanvas",
  "HTMLCanvasElement",
  "HTMLImageElement",
  "HTMLVideoElement",
  "VideoFrame",
];

function sizesOf(source: Drawable): readonly [width: number, height: number] {
  const width = source.naturalWidth ?? source.videoWidth ?? source.displayWidth ?? source.width;
  const height = source.naturalHeight ?? source.videoHeight ?? source.displayHeight ?? source.height;
  return [Number(width), Number(height)];
}

function pixelsOf(op: string, source: CanvasImageSource, width: number, height: number): Picture {
  const context = canvasOf(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new ValueError(op, { width, height }, "the browser makes no canvas of this size");
  context.drawImage(source, 0, 0, width, height);
  let image: ImageData;
  try {
    image = context.getImageData(0, 0, width, height);
  } catch (cause) {
    const rule = "the browser lets nobody read pictures of other sites";
    const fix = 'img.crossOrigin = "anonymous", if the site allows it; or fetch it and pass the bytes';
    throw new ValueError(op, { problem: problemOf(cause) }, rule, fix, { cause });
  }
  return { height, width, channels: 4, data: new Uint8Array(image.data.buffer) };
}

function canvasOf(width: number, height: number): OffscreenCanvas | HTMLCanvasElement {
  if (typeof OffscreenCanvas === "function") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}

/** Encodes as the page or worker does. @throws ValueError if this browser does not write the format */
export async function encodeInPage(
  op: string,
  picture: Picture,
  format: "jpeg" | "webp" | "avif",
  quality: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = picture;
  if (typeof OffscreenCanvas !== "function") throw wrongArgument(op, "format", format, '"png" here');
  const canvas = new OffscreenCanvas(width, height);
  const rgba = converted(picture, 4).data;
  canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(rgba.buffer), width, height), 0, 0);
  const blob = await canvas.convertToBlob({ type: `image/${format}`, quality: quality / 100 });
  if (blob.type === `image/${format}`) return new Uint8Array(await blob.arrayBuffer());
  throw new ValueError(op, { format }, "this browser writes no such pictures", 'use { format: "png" }');
}
