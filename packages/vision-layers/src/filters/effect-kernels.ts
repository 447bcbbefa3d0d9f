import type { KernelRows } from "./edge-kernels.ts";

/** Kernels that change how a picture looks, to be laid on it as they are; both keep its brightness: they sum to 1. */
export const effectKernels: { readonly sharpen: KernelRows; readonly emboss: KernelRows } = {
  /** The picture less its Laplacian: unsharp masking in one kernel (Gonzalez & Woods 1992, "Digital image processing"). */
  sharpen: [
    [0, -1, 0],
    [-1, 5, -1],
    [0, -1, 0],
  ],

  /**
   * The picture with light from the upper left: differences along the falling diagonal are added to it, as the relief filters
   * of image editors do.
   */
  emboss: [
    [-2, -1, 0],
    [-1, 1, 1],
    [0, 1, 2],
  ],
};
