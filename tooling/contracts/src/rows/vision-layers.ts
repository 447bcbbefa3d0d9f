import type * as vision from "@unfoldjs/vision-layers";
import { Conv2d, GoogLeNet, MobileNetV2, ResNet, UNet, VisionTransformer } from "@unfoldjs/vision-layers";
import { Linear, Sequential } from "@unfoldjs/nn";
import { Generator, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import { call, type ClassRow, type Rows } from "../row.ts";

const { count, options, sizes, tensorOf, truth, word } = kind;

const x = tensorOf([1, 2, 4, 4]);
const generator = kind.given(() => new Generator(1));
const methods = { forward: { x }, config: {} };
const window = { stride: sizes(2), padding: sizes(0), ceilMode: truth() };
const signal = { forward: { x: tensorOf([1, 2, 8]) }, config: {} };
const adaptive1d: ClassRow = { make: { outputSize: sizes(2) }, methods: signal };
const volume = { forward: { x: tensorOf([1, 2, 4, 4, 4]) }, config: {} };
const adaptive3d: ClassRow = { make: { outputSize: sizes(2) }, methods: volume };
const scale = kind.given(() => 2, "two", "half", "2 ** 40", "an array of numbers");
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

/** Channels of several weights: too many are refused before any is made. */
const channels = (value: number): kind.Kind => ({ ...count(value), takes: ["two"] });
const convolution = { stride: sizes(1), dilation: sizes(1), padding: sizes(1), paddingMode: word("zeros"), generator };
const kernelSize: kind.Kind = {
  ...sizes(3),
  takes: ["two", "zero", "an array of numbers"],
  element: { ...count(1), takes: ["two", "zero"] },
};
const share = { ...kind.from(0.5, "0"), takes: ["zero" as const, "half" as const] };
const large = { forward: { x: tensorOf([1, 2, 7, 5]) }, config: {} };
const withMembers = { ...methods, members: {} };
const notPublic = ["branches"];
const made = options({ generator });
const classifier = { classes: channels(2), inChannels: channels(3), dropout: share, generator };
/** Nearly all of their parameters are in these layers: whole ones would be drawn for seconds. */
const hiddenFeatures: kind.Kind = { ...channels(2), endless: ["undefined"] };
const whole = ["undefined", "an empty object", "an object without a prototype"] as const;
/** One for all calls: six million parameters are not drawn for each of hundreds. */
const googlenet = new GoogLeNet({ classes: 2, auxLogits: false, torchvision: true });
const residual = { stride: channels(1), dropPath: share, generator };
const dense = options({ bnSize: channels(2), dropRate: share, generator });

const transposed = {
  inChannels: channels(2),
  outChannels: channels(2),
  kernelSize,
  options: options({
    stride: sizes(2),
    padding: sizes(1),
    outputPadding: sizes(1),
    dilation: sizes(1),
    groups: count(1),
    bias: truth(),
    generator,
  }),
};

const layers: kind.Kind = kind.list(
  {
    ...options({ kernelSize: sizes(3), stride: sizes(1), padding: sizes(0), dilation: sizes(1) }, "kernelSize"),
    takes: [],
  },
  1,
);
/** In pixels. */
const width: kind.Kind = { make: () => 1.5, takes: ["two", "half", "2 ** 40"] };
const kernelOptions = options({ size: channels(5) });
const gabor = { size: channels(5), sigma: width, aspectRatio: width, phase: kind.finite(0) };
const laid = options({ stride: sizes(1), dilation: sizes(1), padding: sizes(1) });
const border = { padding: sizes(1), paddingMode: word("replicate") };
/** A name, or a kernel. */
const filter: kind.Kind = { ...word("sobel"), takes: ["an array of arrays"] };

export const visionRows: Rows<typeof vision> = {
  Conv1d: {
    notPublic: ["convolutionFor"],
    make: {
      inChannels: count(2),
      outChannels: { ...count(2), takes: ["two", "zero"] },
      kernelSize,
      options: options({ ...convolution, groups: count(1), bias: truth() }),
    },
    methods: signal,
  },
  Conv3d: {
    notPublic: ["convolutionFor"],
    inside: ["conv3d"],
    make: {
      inChannels: channels(2),
      outChannels: channels(2),
      kernelSize: sizes(1),
      options: options({ ...convolution, padding: sizes(0), groups: count(1), bias: truth() }),
    },
    methods: volume,
  },
  ConvTranspose3d: { make: { ...transposed, kernelSize: sizes(3) }, methods: volume },
  MaxPool3d: { make: { kernelSize: sizes(2), options: options({ ...window, dilation: sizes(1) }) }, methods: volume },
  AvgPool3d: {
    make: {
      kernelSize: sizes(2),
      options: options({ ...window, countIncludePad: truth(), divisorOverride: count(2) }),
    },
    methods: volume,
  },
  AdaptiveAvgPool3d: adaptive3d,
  AdaptiveMaxPool3d: adaptive3d,
  Upsample: {
    make: {
      options: options(
        { scaleFactor: scale, mode: word("bilinear"), alignCorners: truth(), antialias: truth() },
        "scaleFactor",
      ),
    },
    methods,
  },
  PixelShuffle: { make: { upscaleFactor: count(1) }, methods },
  PixelUnshuffle: { make: { downscaleFactor: count(2) }, methods },
  ConvTranspose1d: { make: transposed, methods: signal },
  ConvTranspose2d: { make: transposed, methods },
  MaxPool1d: { make: { kernelSize: sizes(2), options: options({ ...window, dilation: sizes(1) }) }, methods: signal },
  AvgPool1d: {
    make: {
      kernelSize: sizes(2),
      options: options({ ...window, countIncludePad: truth(), divisorOverride: count(2) }),
    },
    methods: signal,
  },
  AdaptiveAvgPool1d: adaptive1d,
  AdaptiveMaxPool1d: adaptive1d,
  cost: call(
    { module: kind.given(() => new Conv2d(1, 1, 1), "a module"), inputShape: kind.shape([1, 1, 2, 2]) },
    "Linear",
    "linear",
    "Conv2d",
    "conv2d",
    "summary",
  ),
  receptiveField: call({ layers }),
  paddingReport: call({ size: sizes([6, 6]), layers }),
  correlate: call({ x: tensorOf([4, 4]), kernel: tensorOf([2, 2]), options: laid }, "conv2d"),
  convolve: call({ x: tensorOf([4, 4]), kernel: tensorOf([2, 2]), options: laid }, "conv2d"),
  canny: call({
    image: tensorOf([4, 4]),
    options: options({
      sigma: kind.from(1, "0"),
      lowThreshold: kind.from(0.1, "0"),
      highThreshold: kind.from(0.2, "0"),
      useQuantiles: truth(),
    }),
  }),
  detectEdges: call({ image: tensorOf([4, 4]), options: options({ ...border, filter }) }),
  imageGradient: call({ image: tensorOf([4, 4]), options: options({ ...border, filter: word("sobel") }) }),
  boxKernel: call({ size: channels(3) }),
  gaussianKernel: call({ sigma: width, options: kernelOptions }),
  laplacianOfGaussian: call({ sigma: width, options: kernelOptions }),
  differenceOfGaussians: call({
    lowSigma: width,
    highSigma: kind.optional({ ...width, make: () => 3 }),
    options: kernelOptions,
  }),
  gaborKernel: call({ options: options({ ...gabor, wavelength: width, orientation: kind.finite(1) }, "wavelength") }),
  gaborBank: call({
    options: options({
      ...gabor,
      wavelengths: kind.list(width, 2, "an array of numbers"),
      orientations: { ...count(2), takes: ["two"] },
    }),
  }),
  transfer: call(
    {
      model: kind.given(() => new Sequential(new Linear(3, 2)), "a module"),
      options: options(
        {
          head: kind.given(() => 2, "two", "2 ** 40", "a module", "a function", "an async function"),
          at: word("0"),
          freeze: kind.given(() => 1, "zero", "an empty array"),
          generator,
        },
        "head",
      ),
    },
    "linear",
  ),
  fewShotHead: call({
    features: tensorOf([4, 2]),
    labels: kind.ascending(4),
    options: options({
      classes: count(5),
      l2: kind.from(0.1, "0"),
      folds: count(2),
      standardise: truth(),
      calibrate: truth(),
    }),
  }),
  foldBatchNorm: call(
    { model: kind.given(() => new Conv2d(1, 1, 1), "a module"), inputShape: kind.shape([1, 1, 2, 2]) },
    "Linear",
    "linear",
    "conv2d",
  ),
  Conv2d: {
    notPublic: ["convolutionFor"],
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
  DepthwiseConv2d: {
    notPublic: ["convolutionFor"],
    inside: ["conv2d"],
    make: {
      channels: channels(2),
      kernelSize,
      options: options({ ...convolution, multiplier: channels(1), bias: truth() }),
    },
    methods,
  },
  SeparableConv2d: {
    make: {
      inChannels: channels(2),
      outChannels: channels(2),
      kernelSize,
      options: options({ ...convolution, multiplier: channels(1), bias: truth() }),
    },
    methods,
  },
  Dropout2d: { make: { probability: kind.optional(share), options: made }, methods },
  DropPath: { make: { probability: kind.optional(share), options: made }, methods },
  BasicConv2d: {
    make: {
      inChannels: channels(2),
      outChannels: channels(2),
      kernelSize,
      options: options({ ...convolution, groups: channels(1) }),
    },
    methods,
  },
  Conv2dNormActivation: {
    make: {
      inChannels: channels(2),
      outChannels: channels(2),
      kernelSize: kind.optional(kernelSize),
      options: options({ ...convolution, groups: channels(1), activation: word("relu") }),
    },
    methods: withMembers,
  },
  BasicBlock: {
    make: { inPlanes: channels(2), planes: channels(2), options: options(residual) },
    methods,
    notPublic: ["residual"],
  },
  Bottleneck: {
    make: {
      inPlanes: channels(2),
      planes: channels(2),
      options: options({ ...residual, groups: channels(1), baseWidth: channels(64) }),
    },
    methods,
    notPublic: ["residual"],
  },
  InvertedResidual: {
    make: {
      inChannels: channels(2),
      outChannels: channels(2),
      stride: { ...count(1), takes: ["two"] },
      expandRatio: { ...kind.finite(2), takes: ["two", "half"] },
      options: made,
    },
    methods: withMembers,
  },
  DenseLayer: { make: { inChannels: channels(2), growthRate: channels(2), options: dense }, methods },
  DenseBlock: {
    make: { numLayers: channels(2), inChannels: channels(2), growthRate: channels(2), options: dense },
    methods: withMembers,
  },
  SqueezeExcitation: {
    make: {
      inputChannels: channels(2),
      squeezeChannels: channels(2),
      options: options({ activation: word("relu"), generator }),
    },
    methods,
  },
  PatchEmbed: {
    make: {
      patchSize: sizes(2),
      inChannels: channels(2),
      embedDim: channels(2),
      options: options({ bias: truth(), generator }),
    },
    methods,
  },
  Inception: {
    make: {
      inChannels: channels(2),
      ch1x1: channels(2),
      ch3x3red: channels(2),
      ch3x3: channels(2),
      ch5x5red: channels(2),
      ch5x5: channels(2),
      poolProj: channels(2),
      options: options({ torchvision: truth(), generator }),
    },
    methods,
  },
  InceptionA: { make: { inChannels: channels(2), poolFeatures: channels(2), options: made }, methods, notPublic },
  InceptionB: { make: { inChannels: channels(2), options: made }, methods: large, notPublic },
  InceptionC: { make: { inChannels: channels(2), channels7x7: channels(2), options: made }, methods, notPublic },
  InceptionD: { make: { inChannels: channels(2), options: made }, methods: large, notPublic },
  InceptionE: { make: { inChannels: channels(2), options: made }, methods, notPublic },
  AlexNet: {
    make: { options: { ...options({ ...classifier, hiddenFeatures }), endless: whole } },
    methods: { forward: { x: tensorOf([1, 3, 63, 63]) }, config: {} },
  },
  VGG: {
    none: "9 million parameters would be drawn for each of hundreds of calls; AlexNet, which is written alike, is called",
  },
  ResNet: {
    make: {
      depth: kind.given(() => 18),
      options: options({
        classes: channels(2),
        inChannels: channels(3),
        width: channels(2),
        zeroInitResidual: truth(),
        dropPath: share,
        generator,
      }),
    },
    methods: { forward: { x: tensorOf([2, 3, 16, 16]) }, config: {}, stagePaths: {} },
    instance: () => new ResNet(18, { classes: 2, width: 2 }),
  },
  MobileNetV2: {
    make: { options: options({ ...classifier, widthMultiplier: { ...kind.finite(0.1), takes: ["two", "half"] } }) },
    methods: { forward: { x: tensorOf([2, 3, 16, 16]) }, config: {}, stagePaths: {} },
    instance: () => new MobileNetV2({ classes: 2, widthMultiplier: 0.1 }),
  },
  UNet: {
    make: {
      options: {
        ...options({
          classes: channels(2),
          inChannels: channels(3),
          width: hiddenFeatures,
          depth: { ...count(1), takes: ["two"] },
          padding: word("same"),
          upsampling: word("bilinear"),
          batchNorm: truth(),
          generator,
        }),
        endless: [...whole],
      },
    },
    methods: { forward: { x: tensorOf([1, 3, 8, 8]) }, config: {}, members: {} },
    instance: () => new UNet({ width: 2, depth: 1 }),
  },
  GoogLeNet: {
    make: {
      options: options({
        ...classifier,
        torchvision: truth(),
        auxLogits: truth(false),
        dropoutAux: share,
        transformInput: truth(false),
      }),
    },
    methods: {
      forward: { x: tensorOf([2, 3, 16, 16]) },
      allLogits: { x: tensorOf([2, 3, 16, 16]) },
      loss: { x: tensorOf([2, 3, 16, 16]), labels: kind.indicesOf([2]) },
      config: {},
      stagePaths: {},
    },
    instance: () => ({
      forward: (pictures: Tensor) => googlenet.forward(pictures),
      allLogits: (pictures: Tensor) => googlenet.allLogits(pictures),
      loss: (pictures: Tensor, labels: Tensor<Shape, "i32">) => googlenet.loss(pictures, labels),
      config: () => googlenet.config(),
      stagePaths: () => googlenet.stagePaths(),
    }),
  },
  InceptionV3: {
    none: "27 million parameters would be drawn for each of hundreds of calls; GoogLeNet, which is written alike, is called",
  },
  VisionTransformer: {
    make: {
      options: options({
        ...classifier,
        imageSize: { ...channels(4), takes: ["two"] },
        patchSize: channels(2),
        numLayers: channels(1),
        numHeads: channels(2),
        hiddenDim: channels(4),
        mlpDim: channels(4),
        attentionDropout: share,
        dropPath: share,
      }),
    },
    methods: { forward: { x: tensorOf([1, 3, 4, 4]) }, config: {}, stagePaths: {} },
    instance: () =>
      new VisionTransformer({
        classes: 2,
        imageSize: 4,
        patchSize: 2,
        numLayers: 1,
        numHeads: 1,
        hiddenDim: 2,
        mlpDim: 2,
      }),
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
