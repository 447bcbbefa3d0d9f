import { LARGEST_SIDE } from "./kernels.ts";

/** A coloured picture: four bytes a pixel, red, green, blue and opacity. */
export interface Pixels {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels on a picture's longer side: enough to know what it shows, few enough to work on while a control is dragged. */
const LONGEST = 256;
/** A picture must hold the largest kernel. */
const SHORTEST = LARGEST_SIDE;

/** The size that a picture is worked on in: its own, or smaller with the same proportions. */
export function workingSize({ width, height }: Size): Size {
  const share = Math.min(1, LONGEST / Math.max(width, height));
  const scaled = (size: number): number => Math.max(SHORTEST, Math.round(share * size));
  return { width: scaled(width), height: scaled(height) };
}

/** One canvas for all: a camera draws thirty times a second. */
let board: HTMLCanvasElement | undefined;

/** The pixels of an image or of a video's present frame, in the size given. What is transparent becomes white. */
export function pixelsOf(image: CanvasImageSource, { width, height }: Size): Pixels {
  board ??= document.createElement("canvas");
  board.width = width;
  board.height = height;
  const context = board.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("this browser gives no canvas to draw a picture on");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  return { bytes: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer), width, height };
}
