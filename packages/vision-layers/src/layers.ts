import type { Layers } from "@unfoldjs/nn";
import { BasicConv2d, Conv2dNormActivation } from "./blocks/conv-norm.ts";
import { DenseBlock, DenseLayer } from "./blocks/dense-block.ts";
import { Inception } from "./blocks/inception-v1.ts";
import { InceptionA, InceptionB, InceptionC, InceptionD, InceptionE } from "./blocks/inception-v3.ts";
import { InvertedResidual } from "./blocks/inverted-residual.ts";
import { PatchEmbed } from "./blocks/patch-embed.ts";
import { BasicBlock, Bottleneck } from "./blocks/residual.ts";
import { SqueezeExcitation } from "./blocks/squeeze-excitation.ts";
import {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
} from "./layers/adaptive-pooling.ts";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "./layers/batch-norm.ts";
import { Conv1d } from "./layers/conv1d.ts";
import { Conv2d } from "./layers/conv2d.ts";
import { Conv3d } from "./layers/conv3d.ts";
import { PixelShuffle, PixelUnshuffle, Upsample } from "./layers/resize.ts";
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from "./layers/conv-transpose.ts";
import { Dropout2d, DropPath } from "./layers/dropout2d.ts";
import { GroupNorm } from "./layers/group-norm.ts";
import { InstanceNorm1d, InstanceNorm2d } from "./layers/instance-norm.ts";
import { LocalResponseNorm } from "./layers/local-response-norm.ts";
import { AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d } from "./layers/pooling.ts";
import { DepthwiseConv2d, SeparableConv2d } from "./layers/separable-conv2d.ts";
import { AlexNet } from "./models/alexnet.ts";
import { GoogLeNet } from "./models/googlenet.ts";
import { InceptionV3 } from "./models/inception-v3.ts";
import { LeNet5 } from "./models/lenet5.ts";
import { MobileNetV2 } from "./models/mobilenet-v2.ts";
import { ResNet } from "./models/resnet.ts";
import { UNet } from "./models/unet.ts";
import { VGG } from "./models/vgg.ts";
import { VisionTransformer } from "./models/vision-transformer.ts";

/**
 * This package's classes by the names that model files have for them: for `save` and `load`, which know only those of
 * @unfoldjs/nn by themselves. Whoever imports it takes all of them into a bundle.
 * @example await save(model, "model.safetensors", { layers }); const same = await load("model.safetensors", { layers });
 */
export const layers: Layers = {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  AlexNet,
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
  GoogLeNet,
  GroupNorm,
  Inception,
  InceptionA,
  InceptionB,
  InceptionC,
  InceptionD,
  InceptionE,
  InceptionV3,
  InstanceNorm1d,
  InstanceNorm2d,
  InvertedResidual,
  LeNet5,
  LocalResponseNorm,
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
  MobileNetV2,
  PatchEmbed,
  PixelShuffle,
  PixelUnshuffle,
  ResNet,
  SeparableConv2d,
  SqueezeExcitation,
  UNet,
  Upsample,
  VGG,
  VisionTransformer,
};
