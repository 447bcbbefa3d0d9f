import { assertRecord, ShapeError, wrongArgument } from "@unfoldjs/tensor-core";

/** Gray, RGB, or RGB with alpha, which is not multiplied into the colours. */
export type Channels = 1 | 3 | 4;

/** A picture as bytes: a plain record, which passes to and from workers. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  /** Row by row from the top, in a row pixel by pixel, in a pixel channel by channel; 0 … 255. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** True for what has the fields of a picture; whether they go together is for `assertPicture` to say. */
export function isPicture(value: unknown): value is Picture {
  return typeof value === "object" && value !== null && "channels" in value && "data" in value && "height" in value;
}

/** @throws ValueError unless it is a record of a picture's fields, ShapeError unless there are as many bytes as these say */
export function assertPicture(op: string, name: string, value: unknown): asserts value is Picture {
  const wanted = "a picture: { height, width, channels, data }, as decodePicture gives";
  assertRecord(op, name, value, wanted);
  if (!isPicture(value)) throw wrongArgument(op, name, value, wanted);
  const { height, width, channels, data } = value;
  for (const [size, length] of Object.entries({ height, width })) {
    if (!Number.isSafeInteger(length) || length < 1)
      throw wrongArgument(op, `${name}.${size}`, length, "a whole number from 1 up");
  }
  assertChannelCount(op, `${name}.channels`, channels);
  if (Object.prototype.toString.call(data) !== "[object Uint8Array]")
    throw wrongArgument(op, `${name}.data`, data, "a Uint8Array");
  const count = height * width * channels;
  if (data.length === count) return;
  const came = { height, width, channels, data: data.length };
  throw new ShapeError(op, came, `data must hold height · width · channels = ${count} bytes`);
}

/** @throws ValueError unless it is 1, 3 or 4 */
export function assertChannelCount(op: string, name: string, value: unknown): asserts value is Channels {
  if (value !== 1 && value !== 3 && value !== 4) throw wrongArgument(op, name, value, "1 (gray), 3 (RGB) or 4 (RGBA)");
}
