import {
  assertBoolean,
  assertOneOf,
  assertString,
  assertWhole,
  FormatError,
  type OptionChecks,
  ValueError,
} from "@unfoldjs/tensor-core";
import { NAMES, type PictureHeader, readHeader } from "../header/header.ts";
import { assertColour, converted } from "../picture/channels.ts";
import { assertChannelCount, type Channels, type Picture } from "../picture/picture.ts";

/** How pictures are read. */
export interface DecodeOptions {
  /** Gray (1), RGB (3) or RGBA (4); see `withChannels`. Absent: what the file has; RGB of what a page shows. */
  readonly channels?: Channels;
  /** What a picture with alpha is laid on where its alpha goes; absent: alpha is dropped. */
  readonly background?: readonly [red: number, green: number, blue: number];
  /** Files that say they have more pixels are refused before anything is decoded. Default 89,478,485, as PIL warns at: 256 MB of RGB. */
  readonly maxPixels?: number;
  /** Whether a picture is turned upright as its EXIF says. Default true. */
  readonly orient?: boolean;
  /** The first frame of several, or none. Default "first". */
  readonly animated?: "first" | "refuse";
  /**
   * In Node: "sharp", the package of that name, which reads all formats with the libraries that PIL has; "pure", `jpeg-js` and `pngjs`,
   * which need no native code, for JPEG and PNG. Absent: sharp if it is installed. A page decodes by itself.
   */
  readonly decoder?: "sharp" | "pure";
  /** What errors call the picture: its path, say. */
  readonly name?: string;
}

/** PIL's `Image.MAX_IMAGE_PIXELS`: 1 GiB / 4 / 3. */
const MAX_PIXELS = 89_478_485;

export const DECODE_OPTIONS: OptionChecks<DecodeOptions> = {
  channels: assertChannelCount,
  background: assertColour,
  maxPixels: (op, name, value) => assertWhole(op, name, value, 1),
  orient: assertBoolean,
  animated: (op, name, value) => assertOneOf(op, name, value, ["first", "refuse"]),
  decoder: (op, name, value) => assertOneOf(op, name, value, ["sharp", "pure"]),
  name: assertString,
};

/** What may be told of a file in an error. */
export type Came = Readonly<Record<string, string | number>>;

/** A file that may be decoded. */
export interface Readable {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly header: PictureHeader;
  readonly options: DecodeOptions;
  readonly came: Came;
}

/**
 * The header of a file, looked at before anything is decoded.
 * @throws FormatError on another format, a file that was cut off, frames that are refused; ValueError on too many pixels
 */
export function assertReadable(op: string, bytes: Uint8Array<ArrayBuffer>, options: DecodeOptions): Readable {
  const { header, whole } = readHeader(op, bytes, options.name);
  const { format, width, height } = header;
  const { maxPixels = MAX_PIXELS, animated = "first", name } = options;
  const came: Came = { ...(name !== undefined && { name }), format: NAMES[format], size: `${width} × ${height}` };
  if (width * height > maxPixels) {
    const rule = `the picture has ${width * height} pixels, and ${maxPixels} may be decoded`;
    throw new ValueError(op, came, rule, "if the file can be trusted: { maxPixels }");
  }
  if (!whole) {
    const rule = "the file ends before its picture does: it was cut off";
    throw new FormatError(op, { ...came, bytes: bytes.length }, rule, "copy it again");
  }
  if (header.animated && animated === "refuse") {
    throw new FormatError(op, came, "the file has several frames", 'its first is read by { animated: "first" }');
  }
  return { bytes, header, options, came };
}

/** What a decoder gave, as the options want it. */
export function finished(picture: Picture, { channels = picture.channels, background }: DecodeOptions): Picture {
  return converted(picture, channels, background);
}
