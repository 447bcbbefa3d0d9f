import { expectTypeOf, test } from "vitest";
import { type ConvolutionFrame, writeConvolutionFrame } from "../../wasm/frames.js";

// What the crate declares must be written, each field by its name: forget one, or leave an axis out, and it does not compile.

declare const heap: Int32Array;
declare const frame: ConvolutionFrame;

test("a frame takes every field that the crate reads", () => {
  writeConvolutionFrame(heap, 0, frame);
  const { dilation, ...withoutDilation } = frame;
  // @ts-expect-error the dilation is missing
  writeConvolutionFrame(heap, 0, withoutDilation);
  // @ts-expect-error there are three axes
  writeConvolutionFrame(heap, 0, { ...frame, dilation: [1, 1] });
  expectTypeOf(dilation).toEqualTypeOf<readonly [number, number, number]>();
});
