import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Channels, Picture } from "../picture/picture.ts";

// What tooling/oracle/pictures/picture_files.py wrote.

const folder = join(import.meta.dirname, "../fixtures");

interface Stored {
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  readonly data: string;
}

interface Resized {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly filter: "nearest" | "box" | "bilinear" | "hamming" | "bicubic" | "lanczos";
  readonly crc: number;
}

interface Expected {
  readonly read: Readonly<Record<string, Stored>>;
  readonly resized: readonly Resized[];
}

const expected: Expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));

/** What PIL reads of each file. */
export const readByPil: Expected["read"] = expected.read;
/** What PIL's resizing gives. */
export const resizedByPil: Expected["resized"] = expected.resized;

export function fixturePath(name: string): string {
  return join(folder, name);
}

/** The bytes of a file, in memory of their own. */
export function fixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(fixturePath(name)));
}

/** What PIL reads of a file. */
export function wanted(name: string): Picture {
  const stored = readByPil[name];
  if (stored === undefined) throw new Error(`no fixture ${name}`);
  return { ...stored, data: new Uint8Array(Buffer.from(stored.data, "base64")) };
}
