// Layers
export { Conv2d, type Conv2dOptions, type PaddingMode } from "./layers/conv2d.ts";
export { AvgPool2d, type AvgPool2dOptions, MaxPool2d, type MaxPool2dOptions } from "./layers/pooling.ts";
export { AdaptiveAvgPool2d, AdaptiveMaxPool2d } from "./layers/adaptive-pooling.ts";
export { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormOptions } from "./layers/batch-norm.ts";
export { GroupNorm, type GroupNormOptions } from "./layers/group-norm.ts";
export { InstanceNorm1d, InstanceNorm2d, type InstanceNormOptions } from "./layers/instance-norm.ts";
export { LocalResponseNorm } from "./layers/local-response-norm.ts";
export type { RunningNormOptions } from "./layers/norm-options.ts";

// Models
export { LeNet5, type LeNet5Options } from "./models/lenet5.ts";

// Filters
export { edgeKernels, type KernelPair, type KernelRows } from "./filters/edge-kernels.ts";

// For files
export { layers } from "./layers.ts";
