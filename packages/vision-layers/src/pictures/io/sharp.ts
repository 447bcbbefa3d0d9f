import { FormatError, NotFoundError, RuntimeError } from "@unfoldjs/tensor-core";
import type { Channels, Picture } from "../picture/picture.ts";
import { installed } from "./host.ts";
import { finished, type Readable } from "./options.ts";
import { cmykToRgb } from "./cmyk.ts";

/** What is used of https://sharp.pixelplumbing.com. */
export interface Sharp {
  (input: Uint8Array, options?: object): SharpPicture;
}

interface SharpPicture {
  autoOrient(): SharpPicture;
  pipelineColourspace(space: string): SharpPicture;
  toColourspace(space: string): SharpPicture;
  raw(options?: { depth: "uchar" | "ushort" }): SharpPicture;
  png(): SharpPicture;
  jpeg(options: object): SharpPicture;
  webp(options: object): SharpPicture;
  avif(options: object): SharpPicture;
  toBuffer(options: { resolveWithObject: true }): Promise<{
    readonly data: Uint8Array<ArrayBuffer>;
    readonly info: { readonly width: number; readonly height: number; readonly channels: number };
  }>;
}

/** The package `sharp`, if it is installed. @throws RuntimeError if it is, and does not load */
export function findSharp(op: string): Sharp | undefined {
  try {
    return installed("sharp") as Sharp | undefined;
  } catch (cause) {
    const rule = "the package sharp is installed and does not load";
    const fix = 'install it for this machine: npm install sharp; or { decoder: "pure" }';
    throw new RuntimeError(op, { problem: String(cause) }, rule, fix, { cause });
  }
}

/** What to say where sharp is wanted and not there. */
export function noSharp(op: string, came: Readonly<Record<string, string | number>>, rule: string): NotFoundError {
  return new NotFoundError(op, came, rule, "npm install sharp");
}

/** Decodes with libvips: as PIL does, byte for byte, but for AVIF, where a value may differ by 1. */
export async function decodeBySharp(op: string, sharp: Sharp, readable: Readable): Promise<Picture> {
  const { bytes, header, options, came } = readable;
  const isDeep = header.bitDepth === 16;
  // Profiles are left alone, as PIL and PyTorch's loaders leave them: pixels are what the file holds.
  let pipeline = sharp(bytes, { failOn: "error", limitInputPixels: false, ignoreIcc: true });
  if (options.orient !== false) pipeline = pipeline.autoOrient();
  if (header.colour === "cmyk") pipeline = pipeline.pipelineColourspace("cmyk").toColourspace("cmyk");
  else if (header.colour === "gray") pipeline = pipeline.toColourspace(isDeep ? "grey16" : "b-w");
  else pipeline = pipeline.toColourspace(isDeep ? "rgb16" : "srgb");
  let decoded;
  try {
    decoded = await pipeline.raw({ depth: isDeep ? "ushort" : "uchar" }).toBuffer({ resolveWithObject: true });
  } catch (cause) {
    const rule = header.animated && header.format === "avif" ? "sharp reads no AVIF of several frames" : DAMAGED;
    throw new FormatError(op, { ...came, problem: problemOf(cause) }, rule, undefined, { cause });
  }
  const { width, height, channels } = decoded.info;
  const data = isDeep ? higherBytes(decoded.data) : new Uint8Array(decoded.data);
  if (header.colour === "cmyk") return finished({ height, width, channels: 3, data: cmykToRgb(data) }, options);
  return finished({ height, width, channels: channels as Channels, data }, options);
}

export const DAMAGED = "the picture cannot be decoded: the file is damaged";

/** A decoder's own words, in one line. */
export function problemOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).trim().replaceAll(/\s*\n\s*/g, "; ");
}

function higherBytes(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const values = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return Uint8Array.from(values, (value) => value >> 8);
}
