import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  type ConvolutionOptions,
  type convolutionOps,
  DTypeError,
  type Shape,
  ShapeError,
  ValueError,
} from "@unfoldjs/tensor-core";
import { integers, real, uniform } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { correlation, filterGradient, inputGradient, type Sliding } from "../../reference/spatial.ts";

const gradient = "second";
const tolerance = 1e-5;

/** Options as they are given, and in numbers where the reference needs them so. */
interface Given {
  readonly options: ConvolutionOptions;
  readonly sliding?: Sliding;
}

const plain: Given = { options: {} };
const padded: Given = { options: { padding: 1 }, sliding: { padding: [1, 1, 1, 1] } };
const strided: Given = { options: { stride: 2, padding: 1 }, sliding: { stride: [2, 2], padding: [1, 1, 1, 1] } };
const uneven: Given = {
  options: { stride: [1, 3], padding: [0, 2], dilation: [2, 1] },
  sliding: { stride: [1, 3], padding: [0, 2, 0, 2], dilation: [2, 1] },
};
const lopsided: Given = { options: { padding: [1, 0, 2, 3] }, sliding: { padding: [1, 0, 2, 3] } };
const same: Given = { options: { padding: "same" }, sliding: { padding: [1, 0, 1, 1] } };
const grouped: Given = { options: { groups: 2, padding: 1 }, sliding: { groups: 2, padding: [1, 1, 1, 1] } };
const depthwise: Given = { options: { groups: 3, stride: 2 }, sliding: { groups: 3, stride: [2, 2] } };

/** Shapes of x, of the weight and of the result for one way of sliding. */
interface Way {
  readonly given: Given;
  readonly x: Shape;
  readonly weight: Shape;
  readonly dy: Shape;
}

/** Large enough to be computed in tiles, with weights of a size that layers of so many channels have. */
const tiled: Way = { given: padded, x: [2, 16, 8, 8], weight: [16, 16, 3, 3], dy: [2, 16, 8, 8] };
const small = uniform(-0.125, 0.125);

const ways: readonly Way[] = [
  { given: plain, x: [2, 3, 5, 6], weight: [4, 3, 3, 2], dy: [2, 4, 3, 5] },
  { given: strided, x: [1, 2, 5, 6], weight: [3, 2, 3, 3], dy: [1, 3, 3, 3] },
  { given: uneven, x: [2, 2, 6, 7], weight: [9, 2, 2, 3], dy: [2, 9, 4, 3] },
  { given: lopsided, x: [1, 1, 4, 4], weight: [2, 1, 3, 3], dy: [1, 2, 5, 5] },
  { given: same, x: [1, 2, 4, 5], weight: [2, 2, 3, 2], dy: [1, 2, 4, 5] },
  { given: grouped, x: [2, 4, 4, 3], weight: [6, 2, 3, 3], dy: [2, 6, 4, 3] },
  { given: depthwise, x: [1, 3, 5, 5], weight: [3, 1, 3, 3], dy: [1, 3, 2, 2] },
  { given: plain, x: [2, 3, 4, 4], weight: [5, 3, 1, 1], dy: [2, 5, 4, 4] },
];

/** No images, no channels, no filters, an image of nothing but padding. */
const empty: readonly Way[] = [
  { given: plain, x: [0, 2, 4, 4], weight: [3, 2, 3, 3], dy: [0, 3, 2, 2] },
  { given: padded, x: [2, 0, 4, 4], weight: [3, 0, 3, 3], dy: [2, 3, 4, 4] },
  { given: plain, x: [2, 2, 4, 4], weight: [0, 2, 3, 3], dy: [2, 0, 2, 2] },
  { given: lopsided, x: [1, 2, 4, 0], weight: [3, 2, 2, 3], dy: [1, 3, 6, 1] },
];

export const convolutionCases: CasesOf<typeof convolutionOps> = {
  conv2d: [
    opCase({
      draws: [real, real, real],
      call: ([x, weight, bias], { options }: Given) => conv2d(x, weight, bias, options),
      reference: ([x, weight, bias], { sliding = {} }) => correlation(x, weight, bias, sliding),
      gradient,
      rows: [
        ...ways.map(({ given, x, weight }) => ({
          inputs: [x, weight, weight.slice(0, 1)] as const,
          attributes: given,
          tolerance,
        })),
        { inputs: [tiled.x, { shape: tiled.weight, draw: small }, [16]], attributes: tiled.given, tolerance },
      ],
      empty: empty.map(({ given, x, weight }) => ({
        inputs: [x, weight, weight.slice(0, 1)] as const,
        attributes: given,
      })),
      errors: [
        {
          inputs: [[2, 3, 5, 5], [4, 2, 3, 3], [4]],
          attributes: plain,
          throws: ShapeError,
          message: /filters take 2 channels, the input has 3/,
        },
        { inputs: [[2, 4, 5, 5], [4, 2, 3, 3], [4]], attributes: plain, throws: ShapeError, message: /groups: 2/ },
        { inputs: [[3, 5, 5], [4, 3, 3, 3], [4]], attributes: plain, throws: ShapeError, message: /unsqueeze\(0\)/ },
        {
          inputs: [[2, 3, 2, 5], [4, 3, 3, 3], [4]],
          attributes: plain,
          throws: ShapeError,
          message: /padded height is 2/,
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
    }),
    opCase({
      variant: "without bias",
      draws: [real, real],
      call: ([x, weight], { options }: Given) => conv2d(x, weight, undefined, options),
      reference: ([x, weight], { sliding = {} }) => correlation(x, weight, undefined, sliding),
      gradient,
      rows: [
        {
          inputs: [
            [2, 3, 5, 6],
            [4, 3, 3, 2],
          ],
          attributes: plain,
          tolerance,
        },
      ],
      empty: empty.map(({ given, x, weight }) => ({ inputs: [x, weight] as const, attributes: given })),
    }),
  ],
  conv2dInputGradient: opCase({
    draws: [real, real],
    call: ([dy, weight], { options, to }: Given & { to: Shape }) => conv2dInputGradient(dy, weight, to, options),
    reference: ([dy, weight], { sliding = {}, to }) => inputGradient(dy, weight, to, sliding),
    gradient,
    rows: [
      ...ways.map(({ given, x, weight, dy }) => ({
        inputs: [dy, weight] as const,
        attributes: { ...given, to: x },
        tolerance,
      })),
      {
        inputs: [tiled.dy, { shape: tiled.weight, draw: small }],
        attributes: { ...tiled.given, to: tiled.x },
        tolerance,
      },
    ],
    empty: empty.map(({ given, x, weight, dy }) => ({
      inputs: [dy, weight] as const,
      attributes: { ...given, to: x },
    })),
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
    ],
  }),
  conv2dFilterGradient: opCase({
    draws: [real, real],
    call: ([x, dy], { options, to }: Given & { to: Shape }) => conv2dFilterGradient(x, dy, to, options),
    reference: ([x, dy], { sliding = {}, to }) => filterGradient(x, dy, to, sliding),
    gradient,
    rows: ways.map(({ given, x, weight, dy }) => ({
      inputs: [x, dy] as const,
      attributes: { ...given, to: weight },
      tolerance,
    })),
    empty: empty.map(({ given, x, weight, dy }) => ({
      inputs: [x, dy] as const,
      attributes: { ...given, to: weight },
    })),
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
  }),
};
