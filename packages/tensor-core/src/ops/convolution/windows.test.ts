import { describe, expect, test } from "vitest";
import { ShapeError, ValueError } from "../../index.node.ts";
import { outputShape } from "./convolution.ts";
import { convolutionOf, type ConvolutionOptions } from "./options.ts";
import { frameAxes } from "./windows.ts";

// Rules for three axes stand before the kernels do.
describe("over three axes", () => {
  const over = (x: number[], weight: number[], options: ConvolutionOptions<3>): readonly number[] =>
    outputShape("conv3d", 3, x, weight, convolutionOf("conv3d", weight, options, 3));

  test.each<[ConvolutionOptions<3>, readonly number[]]>([
    [{}, [2, 4, 6, 7, 9]],
    [{ stride: [1, 2, 3], padding: 1 }, [2, 4, 8, 5, 4]],
    [{ dilation: [3, 1, 2], padding: [0, 1, 0] }, [2, 4, 2, 9, 8]],
    [{ padding: [1, 0, 0, 2, 1, 3] }, [2, 4, 9, 8, 12]],
    [{ padding: "same" }, [2, 4, 8, 9, 10]],
  ])("the shape follows from %j", (options, wanted) => {
    expect(over([2, 3, 8, 9, 10], [4, 3, 3, 3, 2], options)).toEqual(wanted);
  });

  test("errors name the axes", () => {
    expect(() => over([2, 3, 2, 9, 10], [4, 3, 3, 3, 3], {})).toThrow(/the padded depth is 2/);
    expect(() => over([2, 3, 9, 10], [4, 3, 3, 3, 3], {})).toThrow(/batch, channels, depth, height, width/);
    expect(() => over([2, 3, 9, 9, 9], [4, 3, 3, 3], {})).toThrow(/filters, channels, depth, rows, columns/);
    expect(() => over([2, 3, 9, 9, 9], [4, 3, 3, 0, 3], {})).toThrow(/one layer, one row and one column/);
    expect(() => over([2, 3, 9, 9, 9], [4, 2, 3, 3, 3], {})).toThrow(ShapeError);
    expect(() => over([2, 3, 9, 9, 9], [4, 3, 3, 3, 3], { stride: [1, 0, 1] })).toThrow(
      /or three: \[depth, rows, columns\]/,
    );
    expect(() => over([2, 3, 9, 9, 9], [4, 3, 3, 3, 3], { padding: [0, 0, 0, 0, 0, -1] })).toThrow(
      /\[front, top, left, back, bottom, right\]/,
    );
    expect(() => over([2, 3, 9, 9, 9], [4, 3, 3, 3, 3], { dilation: 0.5 })).toThrow(ValueError);
  });
});

test.each([
  [[2, 3, 7], 1, 1, [1, 1, 7]],
  [[2, 3, 5, 7], 2, 1, [1, 5, 7]],
  [[2, 3, 4, 5, 7], 3, 1, [4, 5, 7]],
  [[2, 3, 6], 1, 0, [0, 0, 6]],
  [[2, 3, 0, 6], 2, 1, [1, 0, 6]],
] as const)("the last axes of %j are the last of the frame", (shape, count, absent, wanted) => {
  expect(frameAxes(shape, 2, count, absent)).toEqual(wanted);
});
