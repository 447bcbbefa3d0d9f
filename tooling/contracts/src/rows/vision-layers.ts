import type * as vision from "@unfoldjs/vision-layers";
import { Generator } from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import type { ClassRow, Rows } from "../row.ts";

const { count, options, sizes, tensorOf, truth, word } = kind;

const x = tensorOf([1, 2, 4, 4]);
const generator = kind.given(() => new Generator(1));
const methods = { forward: { x }, config: {} };
const window = { stride: sizes(2), padding: sizes(0), ceilMode: truth() };
const adaptive: ClassRow = { make: { outputSize: sizes(2) }, methods };

const epsilon = kind.from(1e-5, "0");
const features = { numFeatures: { ...count(2), takes: ["two" as const, "zero" as const] } };
const running = {
  epsilon,
  momentum: { ...kind.finite(0.1), takes: [...kind.finite(0.1).takes, "null" as const] },
  affine: truth(),
  trackRunningStats: truth(),
};
const normMethods = (shape: readonly number[]): ClassRow["methods"] => ({
  forward: { x: tensorOf(shape) },
  config: {},
});

export const visionRows: Rows<typeof vision> = {
  Conv2d: {
    make: {
      inChannels: count(2),
      outChannels: { ...count(2), takes: ["two", "zero"] },
      kernelSize: {
        ...sizes(3),
        takes: ["two", "zero", "an array of numbers"],
        element: { ...count(1), takes: ["two", "zero"] },
      },
      options: options({
        stride: sizes(1),
        dilation: sizes(1),
        groups: count(1),
        padding: sizes(1),
        paddingMode: word("zeros"),
        bias: truth(),
        generator,
      }),
    },
    methods,
  },
  MaxPool2d: { make: { kernelSize: sizes(2), options: options({ ...window, dilation: sizes(1) }) }, methods },
  AvgPool2d: {
    make: {
      kernelSize: sizes(2),
      options: options({ ...window, countIncludePad: truth(), divisorOverride: count(2) }),
    },
    methods,
  },
  AdaptiveAvgPool2d: adaptive,
  AdaptiveMaxPool2d: adaptive,
  BatchNorm1d: {
    make: { ...features, options: options({ ...running, frozen: truth(false) }) },
    methods: normMethods([2, 2, 3]),
  },
  BatchNorm2d: {
    make: { ...features, options: options({ ...running, frozen: truth(false) }) },
    methods: normMethods([1, 2, 4, 4]),
  },
  BatchNorm3d: {
    make: { ...features, options: options({ ...running, frozen: truth(false) }) },
    methods: normMethods([1, 2, 2, 2, 2]),
  },
  GroupNorm: {
    make: {
      numGroups: count(2),
      numChannels: { ...count(2), takes: ["two", "zero"] },
      options: options({ epsilon, affine: truth() }),
    },
    methods,
  },
  InstanceNorm1d: { make: { ...features, options: options(running) }, methods: normMethods([2, 2, 3]) },
  InstanceNorm2d: { make: { ...features, options: options(running) }, methods: normMethods([1, 2, 4, 4]) },
  LocalResponseNorm: {
    make: {
      size: count(3),
      options: options({ alpha: kind.finite(1e-4), beta: kind.finite(0.75), k: kind.finite(1) }),
    },
    methods,
  },
  LeNet5: {
    inside: ["Conv2d", "Linear"],
    make: {
      options: options({
        classes: { ...count(10), takes: ["two", "zero"] },
        inChannels: { ...count(1), takes: ["two", "zero"] },
        activation: word("relu"),
        pooling: word("max"),
        generator,
      }),
    },
    methods: { forward: { x: tensorOf([1, 1, 28, 28]) }, config: {} },
  },
};
