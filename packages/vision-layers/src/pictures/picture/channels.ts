import { assertList, checkOptions, type OptionChecks, wrongArgument } from "@unfoldjs/tensor-core";
import { assertChannelCount, assertPicture, type Channels, type Picture } from "./picture.ts";

/** Options of `withChannels`. */
export interface ChannelOptions {
  /** Red, green and blue, 0 … 255, that a picture with alpha is laid on where its alpha goes. Absent: alpha is dropped, as PIL does. */
  readonly background?: readonly [red: number, green: number, blue: number];
}

const OPTIONS: OptionChecks<ChannelOptions> = { background: assertColour };

/**
 * The picture as gray (1), RGB (3) or RGBA (4), as PIL's `convert` makes it: gray is 0.299 R + 0.587 G + 0.114 B in whole numbers,
 * what comes to have alpha is opaque, and alpha that goes is dropped unless there is a `background` to lay the picture on.
 * @returns the picture itself where it has so many channels @throws ValueError
 */
export function withChannels(picture: Picture, channels: Channels, options: ChannelOptions = {}): Picture {
  assertPicture("withChannels", "picture", picture);
  assertChannelCount("withChannels", "channels", channels);
  checkOptions("withChannels", options, OPTIONS);
  return converted(picture, channels, options.background);
}

/** `withChannels` without a look at its arguments. */
export function converted(
  picture: Picture,
  channels: Channels,
  background?: readonly [number, number, number],
): Picture {
  if (picture.channels === channels) return picture;
  const { height, width } = picture;
  const from = picture.channels === 4 && background !== undefined ? laidOn(picture, background) : picture;
  const data = new Uint8Array(height * width * channels);
  const [step, source] = [from.channels, from.data];
  for (let pixel = 0, at = 0; at < data.length; pixel += step, at += channels) {
    const red = source[pixel] ?? 0;
    const green = step === 1 ? red : (source[pixel + 1] ?? 0);
    const blue = step === 1 ? red : (source[pixel + 2] ?? 0);
    if (channels === 1) {
      data[at] = step === 1 ? red : luma(red, green, blue);
      continue;
    }
    data[at] = red;
    data[at + 1] = green;
    data[at + 2] = blue;
    if (channels === 4) data[at + 3] = step === 4 ? (source[pixel + 3] ?? 0) : 255;
  }
  return { height, width, channels, data };
}

/** ITU-R BT.601 in 16 bits, as PIL has it. */
function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

function laidOn({ height, width, data: source }: Picture, background: readonly number[]): Picture {
  const data = new Uint8Array(height * width * 3);
  for (let pixel = 0, at = 0; at < data.length; pixel += 4, at += 3) {
    const alpha = source[pixel + 3] ?? 0;
    for (let c = 0; c < 3; c++) {
      const sum = (source[pixel + c] ?? 0) * alpha + (background[c] ?? 0) * (255 - alpha) + 128;
      data[at + c] = ((sum >> 8) + sum) >> 8; // sum / 255, rounded
    }
  }
  return { height, width, channels: 3, data };
}

/** @throws ValueError unless it is three bytes */
export function assertColour(op: string, name: string, value: unknown): asserts value is [number, number, number] {
  assertList(op, name, value, "[red, green, blue], each a whole number from 0 to 255");
  const isByte = (each: unknown): boolean => Number.isInteger(each) && (each as number) >= 0 && (each as number) <= 255;
  if (value.length === 3 && [...value].every(isByte)) return;
  throw wrongArgument(op, name, value, "[red, green, blue], each a whole number from 0 to 255");
}
