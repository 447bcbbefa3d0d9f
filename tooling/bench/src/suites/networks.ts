import type { Bar } from "../bar.ts";
import { defineCase, type Case, type Suite } from "../case.ts";
import type { NetworkName } from "../network-problems.ts";
import { learningNetwork, networkInUse, posed } from "../networks.ts";
import { networkLogits } from "../reference/network.ts";
import { networkStep } from "../reference/network-step.ts";

// Billions of multiply-adds of convolutions and dense layers, torchvision's figures but for GoogLeNet: ours is the paper's.
const MULTIPLY_ADDS: Readonly<Record<NetworkName, number>> = {
  GoogLeNet: 1.585,
  InceptionV3: 5.714,
  MobileNetV2: 0.301,
  "ResNet-18": 1.814,
};

export const networks: Suite = {
  name: "networks",
  title: "a picture through a whole network, and a training step of one",
  cases: [
    forward("GoogLeNet", 224),
    forward("InceptionV3", 299),
    forward("MobileNetV2", 224),
    forward("ResNet-18", 224),
    step("ResNet-18", 1e-3),
    // Its last norms are of 64 numbers a channel, and relu6 has two kinks: rounding in f32 moves gradients by hundredths of the largest.
    step("MobileNetV2", 1e-1),
  ],
};

/** One picture, batch norms taken into convolutions for all. */
function forward(network: NetworkName, size: number): Case {
  return defineCase({
    name: `${network}, ${size}×${size}`,
    work: "network",
    problem: () => {
      const model = networkInUse(network, size);
      const problem = posed(network, model, 1, size);
      model.dispose();
      return problem;
    },
    expected: networkLogits,
    // Tens of layers, of which each may be computed in tiles (Winograd).
    tolerance: 1e-3,
    unit: "ms",
    flops: 2e9 * MULTIPLY_ADDS[network],
    bars: [{ ratio: 1.2 }, byLiteRT(1)],
  });
}

function byLiteRT(ratio: number): Bar {
  return { ratio, over: "LiteRT.js", where: "chromium" };
}

/** 16 pictures of 64 × 64 in ten classes: forward with the batch's statistics, backward, Adam. */
function step(network: NetworkName, tolerance: number): Case {
  return defineCase({
    name: `${network} step, 64×64, batch 16`,
    work: "networkStep",
    problem: () => {
      const model = learningNetwork(network, 10);
      const problem = posed(network, model, 16, 64);
      model.dispose();
      return { ...problem, labels: Int32Array.from({ length: 16 }, (_, i) => (i * 7) % 10) };
    },
    expected: networkStep,
    tolerance,
    unit: "ms",
    bars: [{ ratio: 20 }],
  });
}
