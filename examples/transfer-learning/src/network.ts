import { Flatten, type Layer, Linear, ReLU, Sequential } from "@unfoldjs/nn";
import { BatchNorm2d, Conv2d, MaxPool2d } from "@unfoldjs/vision-layers";

/** The network's stages: three of convolution, norm and pooling, a linear one, and the head. */
export const STAGES = 5;

/** A small CNN for pictures of 28 × 28, each stage a layer of it: 64,000 parameters. */
export function network(): Sequential {
  const convolution = (from: number, to: number): Layer =>
    new Sequential(
      new Conv2d(from, to, 3, { padding: 1, bias: false }),
      new BatchNorm2d(to),
      new ReLU(),
      new MaxPool2d(2),
    );
  return new Sequential(
    convolution(1, 16), // 14 × 14
    convolution(16, 32), // 7 × 7
    convolution(32, 64), // 3 × 3
    new Sequential(new Flatten(), new Linear(64 * 9, 64), new ReLU()),
    new Sequential(new Linear(64, 5)),
  );
}
