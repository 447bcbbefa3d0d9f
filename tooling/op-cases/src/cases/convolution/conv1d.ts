import {
  conv1d,
  conv1dFilterGradient,
  conv1dInputGradient,
  type ConvolutionOptions,
  type convolutionOps,
  DTypeError,
  ShapeError,
  ValueError,
} from "@unfoldjs/tensor-core";
import { integers } from "../../draw.ts";
import type { CasesOf } from "../../op-case.ts";
import { casesOf, type Given } from "./ways.ts";

type Options = ConvolutionOptions<1>;
type Given1 = Given<Options>;

const plain: Given1 = { options: {} };
const strided: Given1 = { options: { stride: 2, padding: 1 }, sliding: { stride: [2], padding: [1, 1] } };
const uneven: Given1 = {
  options: { stride: [3], padding: [2, 1], dilation: [2] },
  sliding: { stride: [3], padding: [2, 1], dilation: [2] },
};
const same: Given1 = { options: { padding: "same" }, sliding: { padding: [1, 2] } };
const grouped: Given1 = { options: { groups: 2, padding: 1 }, sliding: { groups: 2, padding: [1, 1] } };
const depthwise: Given1 = { options: { groups: 3, stride: 2 }, sliding: { groups: 3, stride: [2] } };

const { forward, inputGradient, filterGradient } = casesOf<Options>(
  { forward: conv1d, inputGradient: conv1dInputGradient, filterGradient: conv1dFilterGradient },
  [
    { given: plain, x: [2, 3, 7], weight: [4, 3, 3], dy: [2, 4, 5] },
    { given: strided, x: [2, 2, 8], weight: [3, 2, 3], dy: [2, 3, 4] },
    { given: uneven, x: [2, 2, 11], weight: [9, 2, 3], dy: [2, 9, 4] },
    { given: same, x: [1, 2, 6], weight: [2, 2, 4], dy: [1, 2, 6] },
    { given: grouped, x: [2, 4, 5], weight: [6, 2, 3], dy: [2, 6, 5] },
    { given: depthwise, x: [1, 3, 9], weight: [3, 1, 3], dy: [1, 3, 4] },
    { given: plain, x: [2, 3, 5], weight: [12, 3, 1], dy: [2, 12, 5] },
    { given: plain, x: [2, 16, 20], weight: [17, 16, 3], dy: [2, 17, 18] },
  ],
  [
    { given: plain, x: [0, 2, 4], weight: [3, 2, 3], dy: [0, 3, 2] },
    { given: plain, x: [2, 0, 4], weight: [3, 0, 3], dy: [2, 3, 2] },
    { given: plain, x: [2, 2, 4], weight: [0, 2, 3], dy: [2, 0, 2] },
    { given: uneven, x: [1, 2, 0], weight: [3, 2, 2], dy: [1, 3, 1] },
  ],
  {
    forward: {
      rows: [{ inputs: [[3, 6], [2, 3, 3], [2]], attributes: plain, tolerance: 1e-5 }],
      errors: [
        {
          inputs: [[2, 3, 5], [4, 2, 3], [4]],
          attributes: plain,
          throws: ShapeError,
          message: /filters take 2 channels, the input has 3/,
        },
        {
          inputs: [[5], [4, 3, 3], [4]],
          attributes: plain,
          throws: ShapeError,
          message: /expected 3 axes \(batch, channels, length\), got 1/,
        },
        {
          inputs: [[1, 3, 5], [4, 3, 3, 3], [4]],
          attributes: plain,
          throws: ShapeError,
          message: /expected 3 axes \(filters, channels, length\), got 4/,
        },
        { inputs: [[2, 3, 2], [4, 3, 3], [4]], attributes: plain, throws: ShapeError, message: /padded length is 2/ },
        { inputs: [[2, 3, 2], [4, 3, 0], [4]], attributes: plain, throws: ShapeError, message: /at least one element/ },
        {
          inputs: [[2, 3, 5], [4, 3, 3], [4]],
          attributes: { options: { stride: 0 } },
          throws: ValueError,
          message: /stride must be a whole number from 1 up, or one: \[length\]/,
        },
        {
          inputs: [[2, 3, 5], [4, 3, 3], [4]],
          attributes: { options: { padding: [0, -1] } },
          throws: ValueError,
          message: /\[left, right\]/,
        },
        {
          inputs: [[2, 3, 5], { shape: [4, 3, 3], draw: integers(0, 9) }, [4]],
          attributes: plain,
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
      speed: [
        { inputs: [[8, 64, 256], [64, 64, 3], [64]], attributes: { options: { padding: 1 } } },
        { inputs: [[1, 40, 1000], [128, 40, 5], [128]], attributes: { options: { padding: 2 } } },
      ],
    },
    inputGradient: {
      errors: [
        {
          inputs: [
            [1, 3, 3],
            [3, 2, 3],
          ],
          attributes: { ...plain, to: [1, 2, 6] },
          throws: ShapeError,
          message: /gives \[1, 3, 4\]/,
        },
        {
          inputs: [{ shape: [1, 3, 3], draw: integers(0, 9) }, [3, 2, 3]],
          attributes: { ...plain, to: [1, 2, 5] },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
    },
    filterGradient: {
      errors: [
        {
          inputs: [
            [1, 2, 5],
            [1, 3, 3],
          ],
          attributes: { ...plain, to: [3, 2, 2] },
          throws: ShapeError,
          message: /gives \[1, 3, 4\]/,
        },
        {
          inputs: [{ shape: [1, 2, 5], draw: integers(0, 9) }, [1, 3, 3]],
          attributes: { ...plain, to: [3, 2, 3] },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
    },
  },
);

export const conv1dCases: Pick<
  CasesOf<typeof convolutionOps>,
  "conv1d" | "conv1dInputGradient" | "conv1dFilterGradient"
> = { conv1d: forward, conv1dInputGradient: inputGradient, conv1dFilterGradient: filterGradient };
