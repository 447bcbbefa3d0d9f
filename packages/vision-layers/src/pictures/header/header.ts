import { assertBytes, checkOptions, FormatError, type OptionChecks, assertString } from "@unfoldjs/tensor-core";
import type { Channels } from "../picture/picture.ts";
import { avifFacts } from "./avif.ts";
import { ByteReader } from "./bytes.ts";
import type { Orientation } from "./exif.ts";
import type { Facts } from "./facts.ts";
import { jpegFacts } from "./jpeg.ts";
import { pngFacts } from "./png.ts";
import { webpFacts } from "./webp.ts";

/** Formats that are read. */
export type PictureFormat = "png" | "jpeg" | "webp" | "avif";

/** What a file says of its picture, before anything is decoded. */
export interface PictureHeader {
  readonly format: PictureFormat;
  /** As it stands upright: a picture that lies on its side in the file has its sizes exchanged. */
  readonly width: number;
  readonly height: number;
  /** What `decodePicture` gives. */
  readonly channels: Channels;
  /** What the file holds: of "cmyk" RGB is made. */
  readonly colour: "gray" | "rgb" | "rgba" | "cmyk";
  /** 16 where channels have more than 8 bits: their higher 8 are read. */
  readonly bitDepth: 8 | 16;
  /** As EXIF says; `decodePicture` turns the picture upright. */
  readonly orientation: Orientation;
  /** Whether there is more than one frame. */
  readonly animated: boolean;
}

/** Options of `pictureHeader`. */
export interface PictureHeaderOptions {
  /** What errors call the file: its path, say. */
  readonly name?: string;
}

const OPTIONS: OptionChecks<PictureHeaderOptions> = { name: assertString };

const FACTS: Readonly<Record<PictureFormat, (reader: ByteReader) => Facts>> = {
  png: pngFacts,
  jpeg: jpegFacts,
  webp: webpFacts,
  avif: avifFacts,
};

/**
 * The sizes of a picture and what else its file's header says, without decoding it. The format is what the bytes are, whatever
 * the file's name says.
 * @throws FormatError if it is no PNG, JPEG, WebP or AVIF, or its header is damaged
 */
export function pictureHeader(bytes: Uint8Array, options: PictureHeaderOptions = {}): PictureHeader {
  assertBytes("pictureHeader", "bytes", bytes);
  checkOptions("pictureHeader", options, OPTIONS);
  return readHeader("pictureHeader", bytes, options.name).header;
}

/** @returns the header, and whether the file goes on to its end */
export function readHeader(
  op: string,
  bytes: Uint8Array,
  name: string | undefined,
): { readonly header: PictureHeader; readonly whole: boolean } {
  const reader = new ByteReader(bytes);
  const format = formatOf(reader);
  const came = { ...(name !== undefined && { name }), bytes: bytes.length };
  if (format === undefined) throw unknownFormat(op, reader, came);
  const { width, height, orientation, whole, ...facts } = FACTS[format](reader);
  if (width === 0 || height === 0) {
    throw new FormatError(
      op,
      { ...came, format },
      `the header of this ${NAMES[format]} is damaged: it has no size, or several`,
    );
  }
  const isOnItsSide = orientation >= 5;
  const [w, h] = isOnItsSide ? [height, width] : [width, height];
  const channels = facts.colour === "gray" ? 1 : facts.colour === "rgba" ? 4 : 3;
  return { header: { format, width: w, height: h, channels, ...facts, orientation }, whole };
}

/** As people write them. */
export const NAMES: Readonly<Record<PictureFormat, string>> = { png: "PNG", jpeg: "JPEG", webp: "WebP", avif: "AVIF" };

function formatOf(reader: ByteReader): PictureFormat | undefined {
  if (reader.text(0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (reader.byte(0) === 0xff && reader.byte(1) === 0xd8 && reader.byte(2) === 0xff) return "jpeg";
  if (reader.text(0, 4) === "RIFF" && reader.text(8, 4) === "WEBP") return "webp";
  return isAvif(reader) ? "avif" : undefined;
}

/** A file type box that names a brand of AVIF, first or among the others. */
function isAvif(reader: ByteReader): boolean {
  if (reader.text(4, 4) !== "ftyp") return false;
  const stop = Math.min(reader.u32(0), reader.length, 200);
  for (let at = 8; at + 4 <= stop; at += 4) if (["avif", "avis"].includes(reader.text(at, 4))) return true;
  return false;
}

/** Beginnings of files that are taken for pictures, and what they are. */
const OTHERS: readonly (readonly [beginning: string, at: number, what: string])[] = [
  ["GIF8", 0, "a GIF"],
  ["BM", 0, "a BMP"],
  ["II*\0", 0, "a TIFF"],
  ["MM\0*", 0, "a TIFF"],
  ["ftypheic", 4, "a HEIC"],
  ["ftypmif1", 4, "a HEIF"],
  ["\0\0\x01\0", 0, "an icon"],
  ["%PDF", 0, "a PDF"],
  ["<svg", 0, "an SVG"],
  ["<?xml", 0, "XML, perhaps an SVG"],
  ["<!DOCTYPE", 0, "a page of HTML, such as a server sends in a file's place"],
  ["<html", 0, "a page of HTML, such as a server sends in a file's place"],
  ["version https://git-lfs", 0, "a pointer of Git LFS: the file itself is not here"],
  ["PK\x03\x04", 0, "a zip"],
  ["8BPS", 0, "a Photoshop file"],
];

function unknownFormat(op: string, reader: ByteReader, came: Readonly<Record<string, string | number>>): FormatError {
  if (reader.length === 0) return new FormatError(op, came, "the file is empty");
  const other = OTHERS.find(([beginning, at]) => reader.text(at, beginning.length) === beginning)?.[2];
  const start = Array.from(reader.bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const what = other === undefined ? "this is none of them" : `this is ${other}`;
  return new FormatError(
    op,
    { ...came, start },
    `pictures are read as PNG, JPEG, WebP or AVIF; ${what}`,
    other === undefined ? "check that it was copied whole" : "convert it first",
  );
}
