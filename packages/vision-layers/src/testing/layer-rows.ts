import type { Layer } from "@unfoldjs/nn";
import type { Generator } from "@unfoldjs/tensor-core";
import * as exported from "../index.ts";

/** How a layer is tried. */
export interface LayerRow {
  readonly make: (generator: Generator) => Layer;
  /** Of what it takes. */
  readonly shape: readonly number[];
  /** Shapes that it refuses. */
  readonly refused: readonly (readonly number[])[];
  /** Who refuses them, if it is neither the layer nor the function of its name. */
  readonly named?: string;
}

const signal = [2, 4, 9] as const;
const pictures = [2, 4, 7, 6] as const;
const volumes = [2, 4, 5, 4, 6] as const;

const {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  AvgPool1d,
  AvgPool2d,
  AvgPool3d,
  BasicBlock,
  BasicConv2d,
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  Bottleneck,
  Conv1d,
  Conv2d,
  Conv2dNormActivation,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  DenseBlock,
  DenseLayer,
  DepthwiseConv2d,
  Dropout2d,
  DropPath,
  GroupNorm,
  Inception,
  InceptionA,
  InceptionB,
  InceptionC,
  InceptionD,
  InceptionE,
  InstanceNorm1d,
  InstanceNorm2d,
  InvertedResidual,
  LocalResponseNorm,
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
  PatchEmbed,
  PixelShuffle,
  PixelUnshuffle,
  SeparableConv2d,
  SqueezeExcitation,
  Upsample,
} = exported;

/** Refused by each layer for pictures. */
const noPictures = [
  [4, 7],
  [2, 4, 7, 6, 5],
];

/** A row for each layer, by the name that files have for it; what stands after a comma tells rows of one layer apart. */
export const layerRows: Readonly<Record<string, LayerRow>> = {
  AdaptiveAvgPool1d: { make: () => new AdaptiveAvgPool1d(4), shape: signal, refused: [[4], [2, 4, 7, 6]] },
  AdaptiveAvgPool2d: { make: () => new AdaptiveAvgPool2d([3, 4]), shape: pictures, refused: noPictures },
  AdaptiveAvgPool3d: { make: () => new AdaptiveAvgPool3d([2, 3, 4]), shape: volumes, refused: [[4, 7], signal] },
  AdaptiveMaxPool1d: { make: () => new AdaptiveMaxPool1d(4), shape: signal, refused: [[4], [2, 4, 7, 6]] },
  AdaptiveMaxPool2d: { make: () => new AdaptiveMaxPool2d([3, 4]), shape: pictures, refused: noPictures },
  AdaptiveMaxPool3d: { make: () => new AdaptiveMaxPool3d([2, 3, 4]), shape: volumes, refused: [[4, 7], signal] },
  AvgPool1d: { make: () => new AvgPool1d(3, { stride: 2, padding: 1 }), shape: signal, refused: [[4], [2, 4, 0]] },
  AvgPool2d: { make: () => new AvgPool2d(3, { stride: 2, padding: 1 }), shape: pictures, refused: noPictures },
  AvgPool3d: {
    make: () => new AvgPool3d(2),
    shape: volumes,
    refused: [
      [4, 7],
      [2, 4, 1, 4, 6],
    ],
  },
  BasicBlock: {
    make: (generator) => new BasicBlock(4, 6, { stride: 2, generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  BasicConv2d: {
    make: (generator) => new BasicConv2d(4, 3, 3, { generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  BatchNorm1d: { make: () => new BatchNorm1d(4), shape: signal, refused: [[4], [2, 3, 9], pictures] },
  BatchNorm2d: { make: () => new BatchNorm2d(4), shape: pictures, refused: [...noPictures, [2, 3, 7, 6]] },
  BatchNorm3d: { make: () => new BatchNorm3d(4), shape: volumes, refused: [pictures, [2, 3, 5, 4, 6]] },
  Bottleneck: {
    make: (generator) => new Bottleneck(4, 2, { stride: 2, generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  Conv1d: {
    make: (generator) => new Conv1d(4, 3, 3, { padding: 1, generator }),
    shape: signal,
    refused: [[4], [2, 3, 9], pictures],
  },
  Conv2d: {
    make: (generator) => new Conv2d(4, 6, 3, { stride: 2, groups: 2, generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6], [2, 4, 2, 6]],
  },
  "Conv2d, reflect": {
    make: (generator) => new Conv2d(4, 3, 3, { padding: 2, paddingMode: "reflect", generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6], [2, 4, 2, 6]],
    named: "Conv2d",
  },
  Conv2dNormActivation: {
    make: (generator) => new Conv2dNormActivation(4, 3, 3, { activation: "silu", generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  Conv3d: {
    make: (generator) => new Conv3d(4, 2, 3, { padding: 1, generator }),
    shape: volumes,
    refused: [
      [4, 7],
      [2, 3, 5, 4, 6],
    ],
  },
  ConvTranspose1d: {
    make: (generator) => new ConvTranspose1d(4, 3, 3, { stride: 2, generator }),
    shape: signal,
    refused: [[4], [2, 3, 9]],
  },
  ConvTranspose2d: {
    make: (generator) => new ConvTranspose2d(4, 3, 3, { stride: 2, padding: 1, generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  ConvTranspose3d: {
    make: (generator) => new ConvTranspose3d(4, 2, 2, { stride: 2, generator }),
    shape: volumes,
    refused: [
      [4, 7],
      [2, 3, 5, 4, 6],
    ],
  },
  DenseBlock: {
    make: (generator) => new DenseBlock(2, 4, 3, { generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  DenseLayer: {
    make: (generator) => new DenseLayer(4, 3, { generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  DepthwiseConv2d: {
    make: (generator) => new DepthwiseConv2d(4, 3, { padding: 1, generator }),
    shape: pictures,
    named: "conv2d",
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  Dropout2d: { make: (generator) => new Dropout2d(0.4, { generator }), shape: pictures, refused: [[4, 7]] },
  DropPath: { make: (generator) => new DropPath(0.4, { generator }), shape: pictures, refused: [[]] },
  GroupNorm: { make: () => new GroupNorm(2, 4), shape: pictures, refused: [[4], [2, 3, 7, 6]] },
  Inception: {
    make: (generator) => new Inception(4, 2, 2, 3, 2, 2, 3, { generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  InceptionA: {
    make: (generator) => new InceptionA(4, 2, { generator }),
    shape: [1, 4, 5, 5],
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  InceptionB: {
    make: (generator) => new InceptionB(4, { generator }),
    shape: [1, 4, 5, 5],
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  InceptionC: {
    make: (generator) => new InceptionC(4, 2, { generator }),
    shape: [1, 4, 7, 7],
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  InceptionD: {
    make: (generator) => new InceptionD(4, { generator }),
    shape: [1, 4, 5, 5],
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  InceptionE: {
    make: (generator) => new InceptionE(4, { generator }),
    shape: [1, 4, 3, 3],
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  InstanceNorm1d: { make: () => new InstanceNorm1d(4, { affine: true }), shape: signal, refused: [[4], [2, 4, 7, 6]] },
  InstanceNorm2d: {
    make: () => new InstanceNorm2d(4, { affine: true }),
    shape: pictures,
    refused: [
      [4, 7],
      [2, 4, 7, 6, 5],
    ],
  },
  InvertedResidual: {
    make: (generator) => new InvertedResidual(4, 4, 1, 2, { generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  LocalResponseNorm: { make: () => new LocalResponseNorm(3), shape: pictures, refused: [[4]] },
  MaxPool1d: { make: () => new MaxPool1d(3, { stride: 2, padding: 1 }), shape: signal, refused: [[4], [2, 4, 0]] },
  MaxPool2d: { make: () => new MaxPool2d(3, { stride: 2, padding: 1 }), shape: pictures, refused: noPictures },
  MaxPool3d: {
    make: () => new MaxPool3d(2),
    shape: volumes,
    refused: [
      [4, 7],
      [2, 4, 1, 4, 6],
    ],
  },
  PatchEmbed: {
    make: (generator) => new PatchEmbed(3, 4, 6, { generator }),
    shape: [2, 4, 6, 9],
    refused: [...noPictures, [2, 3, 6, 9]],
  },
  PixelShuffle: {
    make: () => new PixelShuffle(2),
    shape: pictures,
    refused: [
      [4, 7],
      [2, 3, 7, 6],
    ],
  },
  PixelUnshuffle: { make: () => new PixelUnshuffle(2), shape: [2, 4, 6, 4], refused: [[4, 7], pictures] },
  SeparableConv2d: {
    make: (generator) => new SeparableConv2d(4, 3, 3, { generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  SqueezeExcitation: {
    make: (generator) => new SqueezeExcitation(4, 2, { generator }),
    shape: pictures,
    refused: [...noPictures, [2, 3, 7, 6]],
  },
  Upsample: {
    make: () => new Upsample({ scaleFactor: 2, mode: "bicubic" }),
    shape: pictures,
    refused: [[4, 7], signal],
  },
};
