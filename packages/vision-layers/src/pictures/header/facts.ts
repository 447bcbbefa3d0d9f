import type { Orientation } from "./exif.ts";

/** What the header of a file says of its picture. */
export interface Facts {
  /** As it lies in the file; 0 where the header is damaged. */
  readonly width: number;
  readonly height: number;
  /** What its colours are: of "cmyk" RGB is made. */
  readonly colour: "gray" | "rgb" | "rgba" | "cmyk";
  /** Bits of a channel, up to 8 or more. */
  readonly bitDepth: 8 | 16;
  readonly orientation: Orientation;
  /** Whether there is more than one frame. */
  readonly animated: boolean;
  /** False where the file ends before its end. */
  readonly whole: boolean;
}
