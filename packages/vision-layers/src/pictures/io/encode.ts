import { assertOneOf, checkOptions, type OptionChecks, ValueError, wrongArgument } from "@unfoldjs/tensor-core";
import { writeFile } from "@unfoldjs/nn";
import type { PictureFormat } from "../header/header.ts";
import { converted } from "../picture/channels.ts";
import { assertPicture, type Picture } from "../picture/picture.ts";
import { assertPath } from "./decode.ts";
import { builtin, fileSystem } from "./host.ts";
import { encodeInPage } from "./page.ts";
import { encodePng } from "./png.ts";
import { findJpegJs } from "./pure.ts";
import { findSharp, noSharp, problemOf, type Sharp } from "./sharp.ts";

/** How pictures are written. */
export interface EncodeOptions {
  /** Default "png", which needs nothing installed; the others need `sharp` in Node, "jpeg" alternatively `jpeg-js`. */
  readonly format?: PictureFormat;
  /** 1 … 100, for what loses something. Default 90. */
  readonly quality?: number;
}

const FORMATS = ["png", "jpeg", "webp", "avif"] as const;

const OPTIONS: OptionChecks<EncodeOptions> = {
  format: (op, name, value) => assertOneOf(op, name, value, FORMATS),
  quality: (op, name, value) => {
    if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 100)
      throw wrongArgument(op, name, value, "a whole number from 1 to 100");
  },
};

/**
 * The bytes of a file of a picture. PNG loses nothing; JPEG has no alpha, which is dropped.
 * @throws ValueError on what is no picture, or a format that a browser does not write; NotFoundError if nothing is installed that does
 * @example await writeFile("edges.png", await encodePicture(toPicture(edges)));
 */
export async function encodePicture(picture: Picture, options: EncodeOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  assertPicture("encodePicture", "picture", picture);
  checkOptions("encodePicture", options, OPTIONS);
  return await encoded("encodePicture", picture, options);
}

/**
 * Writes a picture to a file, whose name's ending says the format unless an option does. Whoever looks sees the old file or the
 * whole new one.
 * @throws as `encodePicture`, and FileError if it cannot be written
 */
export async function writePicture(path: string | URL, picture: Picture, options: EncodeOptions = {}): Promise<void> {
  const op = "writePicture";
  assertPath(op, "path", path);
  assertPicture(op, "picture", picture);
  checkOptions(op, options, OPTIONS);
  fileSystem(op, String(path)); // is asked for before the work
  const bytes = await encoded(op, picture, { ...options, format: options.format ?? formatOf(op, path) });
  await writeFile(path, bytes, op);
}

function formatOf(op: string, path: string | URL): PictureFormat {
  const ending = /\.([a-z]+)$/i.exec(String(path))?.[1]?.toLowerCase();
  const format = FORMATS.find((each) => each === ending || (each === "jpeg" && ending === "jpg"));
  if (format !== undefined) return format;
  throw wrongArgument(
    op,
    "path",
    path,
    "a name that ends in .png, .jpg, .webp or .avif",
    'or say it: { format: "png" }',
  );
}

async function encoded(
  op: string,
  picture: Picture,
  { format = "png", quality = 90 }: EncodeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  if (format === "png") return await encodePng(picture);
  if (builtin("node:module") === undefined) return await encodeInPage(op, picture, format, quality);
  const opaque = format === "jpeg" && picture.channels === 4 ? converted(picture, 3) : picture;
  const sharp = findSharp(op);
  if (sharp !== undefined) return await encodeBySharp(op, sharp, opaque, format, quality);
  const jpeg = format === "jpeg" ? findJpegJs() : undefined;
  if (jpeg === undefined) throw noSharp(op, { format }, "no package that writes this is installed");
  const { width, height, data } = converted(opaque, 4);
  return new Uint8Array(jpeg.encode({ width, height, data }, quality).data);
}

async function encodeBySharp(
  op: string,
  sharp: Sharp,
  { width, height, channels, data }: Picture,
  format: "jpeg" | "webp" | "avif",
  quality: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const image = sharp(data, { raw: { width, height, channels } });
  try {
    const { data: bytes } = await image[format]({ quality }).toBuffer({ resolveWithObject: true });
    return new Uint8Array(bytes);
  } catch (cause) {
    const came = { format, size: `${width} × ${height}`, problem: problemOf(cause) };
    throw new ValueError(op, came, "the format does not take this picture", 'png takes any: { format: "png" }', {
      cause,
    });
  }
}
