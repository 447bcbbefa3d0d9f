import {
  assertRecord,
  assertString,
  checkOptions,
  FileError,
  NotFoundError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import type { Picture } from "../picture/picture.ts";
import { builtin, fileSystem, pathOf } from "./host.ts";
import { assertReadable, DECODE_OPTIONS, type DecodeOptions, finished } from "./options.ts";
import { decodeInPage, drawnPicture } from "./page.ts";
import { decodePurely } from "./pure.ts";
import { decodeBySharp, findSharp, noSharp, problemOf } from "./sharp.ts";
import { opened, type PictureSource } from "./source.ts";

/**
 * A picture as bytes. Of a file: PNG, JPEG, WebP or AVIF, which is seen from its bytes. In Node by the package `sharp`, or `jpeg-js`
 * and `pngjs`, whichever is installed; in a page and its workers by the browser, also of what it shows: an img, a canvas, a video
 * as it stands, an ImageBitmap, a VideoFrame, an ImageData.
 *
 * Pictures are turned upright as their EXIF says. Of 16 bits the higher 8 are read; colour profiles are left out of account; CMYK
 * becomes RGB without one. With sharp pixels are those of PIL. In a page what lies under alpha is rounded by the canvas.
 *
 * @throws FormatError if it is no such file, or a damaged one, ValueError on more than `maxPixels`, NotFoundError if nothing is
 * installed that decodes it
 * @example const picture = await decodePicture(file, { channels: 3 });
 */
export async function decodePicture(source: PictureSource, options: DecodeOptions = {}): Promise<Picture> {
  checkOptions("decodePicture", options, DECODE_OPTIONS);
  return await decodeFrom("decodePicture", source, options);
}

/**
 * `decodePicture` of a file, by its path; in a page by its address.
 * @throws as `decodePicture`, and NotFoundError or FileError if it cannot be read
 */
export async function readPicture(path: string | URL, options: DecodeOptions = {}): Promise<Picture> {
  assertPath("readPicture", "path", path);
  checkOptions("readPicture", options, DECODE_OPTIONS);
  const bytes = await bytesOf("readPicture", path);
  return await decodeFrom("readPicture", bytes, { name: String(path), ...options });
}

/** The part that `readPicture` and data sets have in common. */
export async function decodeFrom(op: string, source: PictureSource, options: DecodeOptions): Promise<Picture> {
  const from = await opened(op, source);
  if ("pixels" in from) return finished(from.pixels, options);
  if ("drawable" in from) return drawnPicture(op, from.drawable, options);
  const readable = assertReadable(op, from.bytes, options);
  if (builtin("node:module") === undefined) return await decodeInPage(op, readable);
  const sharp = options.decoder === "pure" ? undefined : findSharp(op);
  if (sharp !== undefined) return await decodeBySharp(op, sharp, readable);
  if (options.decoder === "sharp") throw noSharp(op, readable.came, "the package sharp is not installed");
  return decodePurely(op, readable);
}

async function bytesOf(op: string, path: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  const files = builtin("node:fs")?.promises;
  if (files !== undefined) {
    try {
      return new Uint8Array(await files.readFile(path));
    } catch (cause) {
      throw unreadable(op, pathOf(path), cause);
    }
  }
  const answer = await fetch(path);
  if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  throw new NotFoundError(op, { path: String(path), status: answer.status }, "the server does not give this file");
}

/** The bytes of a file, now. @throws NotFoundError, FileError */
export function bytesNow(op: string, path: string): Uint8Array<ArrayBuffer> {
  const files = fileSystem(op, path);
  try {
    return new Uint8Array(files.readFileSync(path));
  } catch (cause) {
    throw unreadable(op, path, cause);
  }
}

function unreadable(op: string, path: string, cause: unknown): NotFoundError | FileError {
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT")
    return new NotFoundError(op, { path }, "there is no such file", "check the path");
  return new FileError(op, { path, problem: problemOf(cause) }, "the file cannot be read", undefined, { cause });
}

/** @throws ValueError unless it is the path or the URL of something */
export function assertPath(op: string, name: string, value: unknown): asserts value is string | URL {
  if (value instanceof URL) return;
  if (typeof value === "object" && value !== null) assertRecord(op, name, value, "a path or a URL");
  if (typeof value !== "string") throw wrongArgument(op, name, value, "a path or a URL");
  assertString(op, name, value);
}
