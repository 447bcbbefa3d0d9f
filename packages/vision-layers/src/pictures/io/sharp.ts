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
  raw(options: { readonly depth: "uchar" | "ushort" }): SharpPicture;
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

/** What sharp is told to do, as plain data: it may be told so in another thread. */
export interface SharpOrder {
  readonly options: object;
  /** Methods by name, with their arguments. */
  readonly steps: readonly SharpStep[];
}

type SharpStep =
  | readonly ["autoOrient"]
  | readonly ["pipelineColourspace" | "toColourspace", space: string]
  | readonly ["raw", options: { readonly depth: "uchar" | "ushort" }];

function taken(image: SharpPicture, step: SharpStep): SharpPicture {
  switch (step[0]) {
    case "autoOrient":
      return image.autoOrient();
    case "raw":
      return image.raw(step[1]);
    default:
      return image[step[0]](step[1]);
  }
}

/** What sharp gives. */
export interface SharpAnswer {
  readonly data: Uint8Array;
  readonly info: { readonly width: number; readonly height: number; readonly channels: number };
}

/** Decoding as PIL does, byte for byte, but for AVIF, where a value may differ by 1. */
export function sharpOrder({ header, options }: Readable): SharpOrder {
  const isDeep = header.bitDepth === 16;
  const steps: SharpStep[] = [];
  if (options.orient !== false) steps.push(["autoOrient"]);
  if (header.colour === "cmyk") steps.push(["pipelineColourspace", "cmyk"], ["toColourspace", "cmyk"]);
  else if (header.colour === "gray") steps.push(["toColourspace", isDeep ? "grey16" : "b-w"]);
  else steps.push(["toColourspace", isDeep ? "rgb16" : "srgb"]);
  steps.push(["raw", { depth: isDeep ? "ushort" : "uchar" }]);
  // Profiles are left alone, as PIL and PyTorch's loaders leave them: pixels are what the file holds.
  return { options: { failOn: "error", limitInputPixels: false, ignoreIcc: true }, steps };
}

export async function decodeBySharp(op: string, sharp: Sharp, readable: Readable): Promise<Picture> {
  const { options, steps } = sharpOrder(readable);
  let answer: SharpAnswer;
  try {
    answer = await steps.reduce(taken, sharp(readable.bytes, options)).toBuffer({ resolveWithObject: true });
  } catch (cause) {
    throw undecodable(op, readable, cause);
  }
  return pictureOf(answer, readable);
}

/** The error for what sharp does not decode. */
export function undecodable(op: string, { header, came }: Readable, cause: unknown): FormatError {
  const rule = header.animated && header.format === "avif" ? "sharp reads no AVIF of several frames" : DAMAGED;
  return new FormatError(op, { ...came, problem: problemOf(cause) }, rule, undefined, { cause });
}

/** The picture that the options want of what sharp gave. */
export function pictureOf({ data: values, info }: SharpAnswer, { header, options }: Readable): Picture {
  const { width, height, channels } = info;
  const data = header.bitDepth === 16 ? higherBytes(values) : new Uint8Array(values);
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
