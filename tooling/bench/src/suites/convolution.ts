import type { Bar } from "../bar.ts";
import { defineCase, type Case, type Suite } from "../case.ts";
import { randomArray, uniform } from "../random.ts";
import * as reference from "../reference/convolution.ts";
import type { ConvolutionProblem, ConvolutionSizes } from "../work.ts";

const RESNET: ConvolutionSizes = { batch: 1, channels: 64, size: 56, filters: 64, kernel: 3, padding: 1, groups: 1 };
const BOTTLENECK: ConvolutionSizes = {
  batch: 1,
  channels: 192,
  size: 28,
  filters: 64,
  kernel: 1,
  padding: 0,
  groups: 1,
};
const FIRST: ConvolutionSizes = { batch: 8, channels: 1, size: 28, filters: 32, kernel: 5, padding: 2, groups: 1 };
const DEPTHWISE: ConvolutionSizes = {
  batch: 1,
  channels: 64,
  size: 56,
  filters: 64,
  kernel: 3,
  padding: 1,
  groups: 64,
};

/** A kernel that no algorithm here shortens: its rate is that of the plain sum, to which gradients are compared. */
const DIRECT = "5×5, 64 → 64, 28×28";

export const convolution: Suite = {
  name: "convolution",
  title: "convolution of f32 images with stride 1",
  cases: [
    forward("3×3, 64 → 64, 56×56", RESNET, [{ ratio: 3 }, byLiteRT(2.5)]),
    forward("1×1, 192 → 64, 28×28", BOTTLENECK, [{ ratio: 1.1 }, byLiteRT(1.1)]),
    forward("5×5, 1 → 32, 28×28, batch 8", FIRST, [{ ratio: 1.1 }, byLiteRT(1.1)]),
    forward(DIRECT, { ...RESNET, kernel: 5, padding: 2, size: 28 }, [{ ratio: 1.1 }, byLiteRT(1.1)]),
    forward("3×3 depthwise, 64, 56×56", DEPTHWISE, [{ ratio: 1.1 }, byLiteRT(1.1)]),
  ],
};

export const convolutionGradient: Suite = {
  name: "convolution-gradient",
  title: "weighted sum of a convolution, and the gradients of images and filters",
  cases: [
    gradient("3×3, 64 → 64, 56×56", RESNET, [
      { ratio: 100, over: "jax-js" },
      { share: 0.8, ofCase: { suite: "convolution", case: DIRECT } },
    ]),
  ],
};

function byLiteRT(ratio: number): Bar {
  return { ratio, over: "LiteRT.js", where: "chromium" };
}

function pose(sizes: ConvolutionSizes): { readonly problem: ConvolutionProblem; readonly next: () => number } {
  const { batch, channels, size, filters, kernel, groups } = sizes;
  const next = uniform(channels + kernel);
  const images = randomArray(next, batch * channels * size ** 2);
  const weight = randomArray(next, filters * (channels / groups) * kernel ** 2);
  return { problem: { ...sizes, images, weight }, next };
}

function forward(name: string, sizes: ConvolutionSizes, bars: readonly Bar[]): Case {
  return defineCase({
    name,
    work: "convolution",
    problem: () => pose(sizes).problem,
    expected: reference.convolution,
    // What a transformed convolution (Winograd) may lose.
    tolerance: 2e-5,
    unit: "ms",
    flops: 2 * reference.multiplyAddsOf(sizes),
    bars,
  });
}

function gradient(name: string, sizes: ConvolutionSizes, bars: readonly Bar[]): Case {
  return defineCase({
    name,
    work: "convolutionGradient",
    problem() {
      const { problem, next } = pose(sizes);
      return {
        ...problem,
        upstream: randomArray(next, sizes.batch * sizes.filters * reference.sizeOfMaps(sizes) ** 2),
      };
    },
    expected: reference.convolutionGradient,
    // A filter's gradient is a sum over all positions of a map.
    tolerance: 1e-4,
    unit: "ms",
    flops: 3 * 2 * reference.multiplyAddsOf(sizes),
    bars,
  });
}
