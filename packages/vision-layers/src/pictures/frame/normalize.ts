import {
  assertRecord,
  inCall,
  scope,
  type Shape,
  ShapeError,
  tensor,
  type Tensor,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { isNumbers } from "../arguments/checks.ts";
import { assertImages } from "../picture/tensors.ts";

/** What is subtracted from each channel, and what it is then divided by; one number for all, or one for each. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** A name of `normalizations`. */
export type NormalizationName = "imagenet" | "inception" | "tf" | "clip" | "unit";

/**
 * What models want pictures of 0 … 1 to be brought to: "imagenet" torchvision's and most of timm's; "inception" of Inception v3 in timm
 * and TensorFlow, and "tf", the same by Keras' name for it (MobileNet, NASNet, ResNetV2): −1 … 1; "clip" of CLIP; "unit", 0 … 1 as it is.
 */
export const normalizations: Readonly<Record<NormalizationName, Normalization>> = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  inception: { mean: [0.5], std: [0.5] },
  tf: { mean: [0.5], std: [0.5] },
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  unit: { mean: [0], std: [1] },
};

/**
 * (x − mean) / std, channel by channel, as torchvision's `Normalize`.
 * @param x f32 (…, channels, height, width), 0 … 1 @param by a name of `normalizations`, or numbers of one's own
 * @throws ShapeError unless there is one number, or as many as channels; ValueError on a std that is not above 0
 * @example normalize(toTensor(picture), "imagenet")
 */
export function normalize(x: Tensor, by: NormalizationName | Normalization): Tensor {
  assertImages("normalize", "x", x);
  const { mean, std } = numbersOf("normalize", by, x);
  return inCall("normalize", () =>
    scope(() => x.sub<Shape, Shape>(perChannel(mean)).div<Shape, Shape>(perChannel(std))),
  );
}

/** What `normalize` made, as 0 … 1 again: x · std + mean. @throws as `normalize` */
export function denormalize(x: Tensor, by: NormalizationName | Normalization): Tensor {
  assertImages("denormalize", "x", x);
  const { mean, std } = numbersOf("denormalize", by, x);
  return inCall("denormalize", () =>
    scope(() => x.mul<Shape, Shape>(perChannel(std)).add<Shape, Shape>(perChannel(mean))),
  );
}

function perChannel(values: readonly number[]): Tensor {
  return tensor(values.slice()).reshape([values.length, 1, 1]);
}

const WANTED = "imagenet, inception, tf, clip, unit or { mean, std }";

function numbersOf(op: string, by: unknown, x: Tensor): Normalization {
  if (typeof by === "string") {
    if (!Object.hasOwn(normalizations, by)) throw wrongArgument(op, "by", by, WANTED);
    return assertFitting(op, normalizations[by as NormalizationName], x);
  }
  assertRecord(op, "by", by, WANTED);
  const { mean, std } = by as Partial<Normalization>;
  if (!isNumbers(mean)) throw wrongArgument(op, "by.mean", mean, "a list of finite numbers");
  if (!isNumbers(std) || std.some((each) => each <= 0))
    throw wrongArgument(op, "by.std", std, "a list of finite numbers above 0");
  return assertFitting(op, { mean, std }, x);
}

function assertFitting(op: string, by: Normalization, x: Tensor): Normalization {
  const channels = x.shape.at(-3) ?? 0;
  for (const [name, { length }] of Object.entries(by)) {
    if (length === 1 || length === channels) continue;
    throw new ShapeError(op, { x: x.shape, [name]: length }, `there must be one ${name}, or one for each channel`);
  }
  return by;
}
