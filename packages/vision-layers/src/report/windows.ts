import {
  type AnyModule,
  Dropout,
  GELU,
  Identity,
  isModule,
  LeakyReLU,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softplus,
  Tanh,
} from "@unfoldjs/nn";
import {
  assertList,
  checkOptions,
  inCall,
  type OptionChecks,
  type Pair,
  pairOf,
  type Sizes2d,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { BasicConv2d, Conv2dNormActivation } from "../blocks/conv-norm.ts";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { Dropout2d, DropPath } from "../layers/dropout2d.ts";
import { LocalResponseNorm } from "../layers/local-response-norm.ts";
import { AvgPool2d, MaxPool2d } from "../layers/pooling.ts";
import { SeparableConv2d } from "../layers/separable-conv2d.ts";

/** A window that goes over a picture: what convolutions and poolings are, as far as it matters here. */
export interface WindowSizes {
  readonly kernelSize: Pair;
  /** Default 1. */
  readonly stride?: Pair;
  /** Default 0. */
  readonly padding?: Pair;
  /** Default 1. */
  readonly dilation?: Pair;
}

/** Errors are told in the name of what was called. */
const SELF = "windows";

const WINDOW: OptionChecks<WindowSizes> = {
  kernelSize: /* @__PURE__ */ sizesFrom(1),
  stride: /* @__PURE__ */ sizesFrom(1),
  padding: /* @__PURE__ */ sizesFrom(0),
  dilation: /* @__PURE__ */ sizesFrom(1),
};

/** Layers whose elements depend on what is at their own place. */
const IN_PLACE = [
  BatchNorm2d,
  LocalResponseNorm,
  Dropout,
  Dropout2d,
  DropPath,
  GELU,
  Identity,
  LeakyReLU,
  ReLU,
  SiLU,
  Sigmoid,
  Softplus,
  Tanh,
] as const;

/** A window, worked out; rows and columns. */
export interface Window {
  readonly kernel: Sizes2d;
  readonly stride: Sizes2d;
  readonly before: Sizes2d;
  readonly after: Sizes2d;
  readonly dilation: Sizes2d;
  /** Whether a window that hangs over the end counts. */
  readonly ceilMode: boolean;
}

type NamedWindow = readonly [layer: string, window: Window];

/**
 * The windows of some layers, in order.
 * @throws ValueError in the name of `op` on layers that have no one window
 */
export function windowsIn(op: string, layers: unknown): readonly NamedWindow[] {
  assertList(op, "layers", layers, "an array of layers");
  return inCall(op, () => Array.from(layers).flatMap((layer) => windowsOf(layer)));
}

function windowsOf(layer: unknown): readonly NamedWindow[] {
  if (!isModule(layer)) {
    const wanted = "layers, or sizes of windows as in { kernelSize: 3 }";
    if (
      typeof layer !== "object" ||
      layer === null ||
      Object.keys(layer).every((name) => Number.isInteger(Number(name)))
    ) {
      throw wrongArgument(SELF, "layers", layer, wanted);
    }
    checkOptions(SELF, layer as WindowSizes, WINDOW);
    if (!("kernelSize" in layer)) throw wrongArgument(SELF, "layers", layer, wanted);
    return [["window", windowOf(layer as WindowSizes)]];
  }
  if (layer instanceof Sequential) return layer.layers.flatMap((each) => windowsOf(each));
  if (layer instanceof BasicConv2d) return windowsOf(layer.conv);
  if (layer instanceof Conv2dNormActivation) return windowsOf(layer.layers[0]);
  if (layer instanceof SeparableConv2d) return windowsOf(layer.depthwise);
  if (layer instanceof Conv2d) {
    const { stride, padding, dilation } = layer.convolution;
    const [down, across] = stride;
    const [top, left, bottom, right] = padding;
    const [rows, columns] = dilation;
    const window = {
      kernel: layer.kernelSize,
      stride: [down, across],
      before: [top, left],
      after: [bottom, right],
      dilation: [rows, columns],
      ceilMode: false,
    } as const;
    return [[layer.constructor.name, window]];
  }
  if (layer instanceof MaxPool2d || layer instanceof AvgPool2d) {
    const { stride = layer.kernelSize, padding = 0, ...others } = layer.options;
    if (typeof padding === "string") throw noWindow(layer, 'its padding is "same" or "valid"; say it in numbers');
    const [top, left, bottom = top, right = left] =
      typeof padding === "number"
        ? ([padding, padding] as const)
        : (padding as readonly [number, number, number?, number?]);
    const dilation = "dilation" in others ? (others.dilation ?? 1) : 1;
    const window = windowOf({ kernelSize: layer.kernelSize, stride, padding: [top, left], dilation });
    return [[layer.constructor.name, { ...window, after: [bottom, right], ceilMode: others.ceilMode ?? false }]];
  }
  if (IN_PLACE.some((kind) => layer instanceof kind)) return [];
  throw noWindow(layer, "it has branches, or depends on the whole picture");
}

function windowOf({ kernelSize, stride = 1, padding = 0, dilation = 1 }: WindowSizes): Window {
  const around = pairOf(SELF, "padding", padding, 0);
  return {
    kernel: pairOf(SELF, "kernelSize", kernelSize, 1),
    stride: pairOf(SELF, "stride", stride, 1),
    before: around,
    after: around,
    dilation: pairOf(SELF, "dilation", dilation, 1),
    ceilMode: false,
  };
}

function sizesFrom(least: number): (op: string, name: string, value: unknown) => void {
  return (op, name, value) => void pairOf(op, name, value as Pair, least);
}

function noWindow(layer: AnyModule, why: string): ValueError {
  return new ValueError(
    SELF,
    { layers: layer.constructor.name },
    `a layer has no one window: ${why}`,
    "pass the layers on one way through it, or sizes of windows as in { kernelSize: 3, stride: 2 }",
  );
}
