import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  type ConvolutionOptions,
  type convolutionOps,
  DTypeError,
  ShapeError,
  ValueError,
} from "@unfoldjs/tensor-core";
import { integers, uniform } from "../../draw.ts";
import type { CasesOf } from "../../op-case.ts";
import { casesOf, type Given, tolerance, type Way } from "./ways.ts";

type Given2 = Given<ConvolutionOptions>;

const plain: Given2 = { options: {} };
const padded: Given2 = { options: { padding: 1 }, sliding: { padding: [1, 1, 1, 1] } };
const strided: Given2 = { options: { stride: 2, padding: 1 }, sliding: { stride: [2, 2], padding: [1, 1, 1, 1] } };
const uneven: Given2 = {
  options: { stride: [1, 3], padding: [0, 2], dilation: [2, 1] },
  sliding: { stride: [1, 3], padding: [0, 2, 0, 2], dilation: [2, 1] },
};
const lopsided: Given2 = { options: { padding: [1, 0, 2, 3] }, sliding: { padding: [1, 0, 2, 3] } };
const same: Given2 = { options: { padding: "same" }, sliding: { padding: [1, 0, 1, 1] } };
const grouped: Given2 = { options: { groups: 2, padding: 1 }, sliding: { groups: 2, padding: [1, 1, 1, 1] } };
const exact: Given2 = { options: { padding: 1, exact: true }, sliding: { padding: [1, 1, 1, 1] } };
const depthwise: Given2 = { options: { groups: 3, stride: 2 }, sliding: { groups: 3, stride: [2, 2] } };

/** Large enough to be computed in tiles, with weights of a size that layers of so many channels have. */
const tiled: Way<ConvolutionOptions> = { given: padded, x: [2, 16, 8, 8], weight: [16, 16, 3, 3], dy: [2, 16, 8, 8] };
/** Small images enough to be computed eight at a time, which only the gradient by the input does, and some left over. */
const batches: readonly Way<ConvolutionOptions>[] = [
  { given: plain, x: [8, 6, 7, 7], weight: [5, 6, 5, 5], dy: [8, 5, 3, 3] },
  { given: plain, x: [9, 3, 5, 4], weight: [4, 3, 3, 3], dy: [9, 4, 3, 2] },
  { given: lopsided, x: [11, 10, 5, 5], weight: [4, 10, 3, 6], dy: [11, 4, 6, 3] },
  { given: grouped, x: [17, 14, 4, 3], weight: [6, 7, 3, 3], dy: [17, 6, 4, 3] },
];
const small = uniform(-0.125, 0.125);

const { forward, inputGradient, filterGradient } = casesOf<ConvolutionOptions>(
  { forward: conv2d, inputGradient: conv2dInputGradient, filterGradient: conv2dFilterGradient },
  [
    { given: plain, x: [2, 3, 5, 6], weight: [4, 3, 3, 2], dy: [2, 4, 3, 5] },
    { given: strided, x: [1, 2, 5, 6], weight: [3, 2, 3, 3], dy: [1, 3, 3, 3] },
    { given: uneven, x: [2, 2, 6, 7], weight: [9, 2, 2, 3], dy: [2, 9, 4, 3] },
    { given: lopsided, x: [1, 1, 4, 4], weight: [2, 1, 3, 3], dy: [1, 2, 5, 5] },
    { given: same, x: [1, 2, 4, 5], weight: [2, 2, 3, 2], dy: [1, 2, 4, 5] },
    { given: grouped, x: [2, 4, 4, 3], weight: [6, 2, 3, 3], dy: [2, 6, 4, 3] },
    { given: depthwise, x: [1, 3, 5, 5], weight: [3, 1, 3, 3], dy: [1, 3, 2, 2] },
    { given: plain, x: [2, 3, 4, 4], weight: [5, 3, 1, 1], dy: [2, 5, 4, 4] },
  ],
  // No images, no channels, no filters, an image of nothing but padding, also where tiles or products would compute it.
  [
    { given: plain, x: [0, 2, 4, 4], weight: [3, 2, 3, 3], dy: [0, 3, 2, 2] },
    { given: plain, x: [2, 0, 4, 4], weight: [3, 0, 3, 3], dy: [2, 3, 2, 2] },
    { given: plain, x: [2, 2, 4, 4], weight: [0, 2, 3, 3], dy: [2, 0, 2, 2] },
    { given: grouped, x: [1, 0, 3, 3], weight: [4, 0, 3, 3], dy: [1, 4, 3, 3] },
    { given: plain, x: [2, 0, 3, 3], weight: [2, 0, 1, 1], dy: [2, 2, 3, 3] },
    { given: padded, x: [0, 16, 8, 8], weight: [16, 16, 3, 3], dy: [0, 16, 8, 8] },
    { given: padded, x: [1, 16, 8, 8], weight: [0, 16, 3, 3], dy: [1, 0, 8, 8] },
    { given: padded, x: [1, 2, 0, 3], weight: [3, 2, 2, 2], dy: [1, 3, 1, 4] },
    { given: lopsided, x: [1, 2, 4, 0], weight: [3, 2, 2, 3], dy: [1, 3, 6, 1] },
  ],
  {
    forward: {
      rows: [
        { inputs: [tiled.x, { shape: tiled.weight, draw: small }, [16]], attributes: tiled.given, tolerance },
        { inputs: [tiled.x, { shape: tiled.weight, draw: small }, [16]], attributes: exact, tolerance: 1e-6 },
        { inputs: [[3, 5, 4], [2, 3, 3, 3], [2]], attributes: padded, tolerance },
      ],
      errors: [
        {
          inputs: [[2, 3, 5, 5], [4, 2, 3, 3], [4]],
          attributes: plain,
          throws: ShapeError,
          message: /filters take 2 channels, the input has 3/,
        },
        { inputs: [[2, 4, 5, 5], [4, 2, 3, 3], [4]], attributes: plain, throws: ShapeError, message: /groups: 2/ },
        { inputs: [[5, 5], [4, 3, 3, 3], [4]], attributes: plain, throws: ShapeError, message: /expected 4 axes/ },
        {
          inputs: [[2, 3, 2, 5], [4, 3, 3, 3], [4]],
          attributes: plain,
          throws: ShapeError,
          message: /padded height is 2/,
        },
        {
          inputs: [[2, 3, 5, 5], [4, 3, 0, 3], [4]],
          attributes: plain,
          throws: ShapeError,
          message: /at least one row and one column/,
        },
        {
          inputs: [[2, 3, 5, 5], [4, 3, 3, 3], [3]],
          attributes: plain,
          throws: ShapeError,
          message: /bias must have one axis of 4/,
        },
        {
          inputs: [[2, 4, 5, 5], [3, 2, 3, 3], [3]],
          attributes: { options: { groups: 2 } },
          throws: ShapeError,
          message: /must divide/,
        },
        {
          inputs: [{ shape: [1, 1, 3, 3], draw: integers(0, 9) }, [1, 1, 2, 2], [1]],
          attributes: plain,
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
      speed: [
        { inputs: [[1, 64, 56, 56], [64, 64, 3, 3], [64]], attributes: { options: { padding: 1 } } },
        { inputs: [[64, 6, 14, 14], [16, 6, 5, 5], [16]], attributes: plain },
        { inputs: [[1, 192, 28, 28], [64, 192, 1, 1], [64]], attributes: plain },
      ],
    },
    inputGradient: {
      rows: [
        {
          inputs: [tiled.dy, { shape: tiled.weight, draw: small }],
          attributes: { ...tiled.given, to: tiled.x },
          tolerance,
        },
        {
          inputs: [tiled.dy, { shape: tiled.weight, draw: small }],
          attributes: { ...exact, to: tiled.x },
          tolerance: 1e-6,
        },
        ...batches.map(({ given, x, weight, dy }) => ({
          inputs: [dy, weight] as const,
          attributes: { ...given, to: x },
          tolerance,
        })),
      ],
      errors: [
        {
          inputs: [
            [1, 3, 3, 3],
            [3, 2, 3, 3],
          ],
          attributes: { ...plain, to: [1, 2, 6, 6] },
          throws: ShapeError,
          message: /gives \[1, 3, 4, 4\]/,
        },
        {
          inputs: [
            [1, 3, 3, 3],
            [3, 2, 3, 3],
          ],
          attributes: { ...plain, to: [1, 4, 5, 5] },
          throws: ShapeError,
          message: /take 2 channels/,
        },
        {
          inputs: [[1, 3, 3, 3], { shape: [3, 2, 3, 3], draw: integers(0, 9) }],
          attributes: { ...plain, to: [1, 2, 5, 5] },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
      speed: [
        {
          inputs: [
            [1, 64, 56, 56],
            [64, 64, 3, 3],
          ],
          attributes: { options: { padding: 1 }, to: [1, 64, 56, 56] },
        },
        {
          inputs: [
            [64, 16, 10, 10],
            [16, 6, 5, 5],
          ],
          attributes: { ...plain, to: [64, 6, 14, 14] },
        },
      ],
    },
    filterGradient: {
      errors: [
        {
          inputs: [
            [1, 2, 5, 5],
            [1, 3, 3, 3],
          ],
          attributes: { ...plain, to: [3, 2, 2, 2] },
          throws: ShapeError,
          message: /gives \[1, 3, 4, 4\]/,
        },
        {
          inputs: [
            [1, 2, 5, 5],
            [1, 3, 3, 3],
          ],
          attributes: { options: { padding: "same", stride: 2 }, to: [3, 2, 3, 3] },
          throws: ValueError,
          message: /"same" keeps the size/,
        },
        {
          inputs: [{ shape: [1, 2, 5, 5], draw: integers(0, 9) }, [1, 3, 3, 3]],
          attributes: { ...plain, to: [3, 2, 3, 3] },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
      speed: [
        {
          inputs: [
            [1, 64, 56, 56],
            [1, 64, 56, 56],
          ],
          attributes: { options: { padding: 1 }, to: [64, 64, 3, 3] },
        },
      ],
    },
  },
);

export const conv2dCases: Pick<
  CasesOf<typeof convolutionOps>,
  "conv2d" | "conv2dInputGradient" | "conv2dFilterGradient"
> = { conv2d: forward, conv2dInputGradient: inputGradient, conv2dFilterGradient: filterGradient };
