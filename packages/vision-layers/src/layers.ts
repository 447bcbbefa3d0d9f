import type { Layers } from "@unfoldjs/nn";
import { AdaptiveAvgPool2d, AdaptiveMaxPool2d } from "./layers/adaptive-pooling.ts";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "./layers/batch-norm.ts";
import { Conv2d } from "./layers/conv2d.ts";
import { GroupNorm } from "./layers/group-norm.ts";
import { InstanceNorm1d, InstanceNorm2d } from "./layers/instance-norm.ts";
import { LocalResponseNorm } from "./layers/local-response-norm.ts";
import { AvgPool2d, MaxPool2d } from "./layers/pooling.ts";
import { LeNet5 } from "./models/lenet5.ts";

/**
 * This package's classes by the names that model files have for them: for `save` and `load`, which know only those of
 * @unfoldjs/nn by themselves. Whoever imports it takes all of them into a bundle.
 * @example await save(model, "model.safetensors", { layers }); const same = await load("model.safetensors", { layers });
 */
export const layers: Layers = {
  AdaptiveAvgPool2d,
  AdaptiveMaxPool2d,
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  Conv2d,
  GroupNorm,
  InstanceNorm1d,
  InstanceNorm2d,
  LeNet5,
  LocalResponseNorm,
  MaxPool2d,
};
