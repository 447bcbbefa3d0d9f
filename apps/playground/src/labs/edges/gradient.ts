import { type Kernel, kernelNamed } from "./kernels.ts";

/** Of the two kernels that a gradient is made of: positive where the left is brighter, and where the upper side is. */
export const GRADIENT_KERNELS: readonly [across: Kernel, down: Kernel] = [
  kernelNamed("sobel.vertical"),
  kernelNamed("sobel.horizontal"),
];

/** Of the steepest place's strength: where it is less, noise alone would choose the direction. */
export const LEAST_STRENGTH = 0.1;
