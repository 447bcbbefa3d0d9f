// Layers
export { Conv1d, type Conv1dOptions } from "./layers/conv1d.ts";
export { Conv2d, type Conv2dOptions, type PaddingMode } from "./layers/conv2d.ts";
export { Conv3d, type Conv3dOptions } from "./layers/conv3d.ts";
export {
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeOptions,
} from "./layers/conv-transpose.ts";
export {
  AvgPool1d,
  type AvgPool1dOptions,
  AvgPool2d,
  type AvgPool2dOptions,
  AvgPool3d,
  type AvgPool3dOptions,
  MaxPool1d,
  type MaxPool1dOptions,
  MaxPool2d,
  type MaxPool2dOptions,
  MaxPool3d,
  type MaxPool3dOptions,
} from "./layers/pooling.ts";
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
} from "./layers/adaptive-pooling.ts";
export { PixelShuffle, PixelUnshuffle, Upsample, type UpsampleOptions } from "./layers/resize.ts";
export { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormOptions } from "./layers/batch-norm.ts";
export { GroupNorm, type GroupNormOptions } from "./layers/group-norm.ts";
export { InstanceNorm1d, InstanceNorm2d, type InstanceNormOptions } from "./layers/instance-norm.ts";
export { DepthwiseConv2d, type DepthwiseConv2dOptions, SeparableConv2d } from "./layers/separable-conv2d.ts";
export { Dropout2d, DropPath } from "./layers/dropout2d.ts";
export { LocalResponseNorm } from "./layers/local-response-norm.ts";
export type { RunningNormOptions } from "./layers/norm-options.ts";

// Blocks
export {
  BasicConv2d,
  type BlockActivation,
  type BlockOptions,
  Conv2dNormActivation,
  type ConvNormActivationOptions,
  type ConvNormOptions,
} from "./blocks/conv-norm.ts";
export { DenseBlock, DenseLayer, type DenseOptions } from "./blocks/dense-block.ts";
export { Inception, type InceptionOptions } from "./blocks/inception-v1.ts";
export { InceptionA, InceptionB, InceptionC, InceptionD, InceptionE } from "./blocks/inception-v3.ts";
export { InvertedResidual } from "./blocks/inverted-residual.ts";
export { PatchEmbed, type PatchEmbedOptions } from "./blocks/patch-embed.ts";
export { BasicBlock, Bottleneck, type BottleneckOptions, type ResidualOptions } from "./blocks/residual.ts";
export { SqueezeExcitation, type SqueezeExcitationOptions } from "./blocks/squeeze-excitation.ts";

// Models
export { AlexNet, type HiddenOptions } from "./models/alexnet.ts";
export type { ClassifierOptions } from "./models/classifier.ts";
export { GoogLeNet, type GoogLeNetLogits, type GoogLeNetOptions } from "./models/googlenet.ts";
export { InceptionV3, type InceptionV3Logits, type InceptionV3Options } from "./models/inception-v3.ts";
export { LeNet5, type LeNet5Options } from "./models/lenet5.ts";
export { MobileNetV2, type MobileNetV2Options } from "./models/mobilenet-v2.ts";
export { ResNet, type ResNetDepth, type ResNetOptions } from "./models/resnet.ts";
export { UNet, type UNetOptions } from "./models/unet.ts";
export type { UNetStepOptions } from "./models/unet-steps.ts";
export { VGG, type VGGDepth, type VGGOptions } from "./models/vgg.ts";
export { VisionTransformer, type VisionTransformerOptions } from "./models/vision-transformer.ts";

// Filters
export { canny, type CannyOptions } from "./filters/canny.ts";
export { convolve, correlate, type CorrelateOptions } from "./filters/correlate.ts";
export {
  detectEdges,
  type EdgeFilterName,
  type EdgeOptions,
  type GradientOptions,
  imageGradient,
  type ImageGradient,
} from "./filters/detect-edges.ts";
export { edgeKernels, type KernelPair, type KernelRows } from "./filters/edge-kernels.ts";
export { effectKernels } from "./filters/effect-kernels.ts";
export {
  gaborBank,
  type GaborBankOptions,
  gaborKernel,
  type GaborOptions,
  type GaborShape,
} from "./filters/gabor-kernels.ts";
export type { BorderOptions } from "./filters/over-planes.ts";
export type { KernelSize } from "./filters/sampled-kernel.ts";
export { boxKernel, differenceOfGaussians, gaussianKernel, laplacianOfGaussian } from "./filters/smoothing-kernels.ts";

// Reports
export { cost, type LayerCost, type ModelCost } from "./report/cost.ts";
export { paddingReport, type PaddingRow } from "./report/padding-report.ts";
export { receptiveField, type ReceptiveField } from "./report/receptive-field.ts";
export type { WindowSizes } from "./report/windows.ts";

// Transfer
export { fewShotHead, type FewShotHead, type FewShotOptions } from "@unfoldjs/nn";
export { transfer, type Transfer, type TransferOptions } from "./transfer/transfer.ts";

// For use
export { foldBatchNorm, type Folded } from "./inference/fold-batch-norm.ts";

// For files
export { layers } from "./layers.ts";
