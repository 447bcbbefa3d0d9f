import { type Generator, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { affine, serveExamples } from "../../pictures.ts";

// What workers of a page's test run.

/** Pictures of random numbers, turned by chance. */
export const examples = {
  length: 9,
  get: (index: number, generator: Generator): { x: Tensor; y: Tensor<[], "i32"> } => ({
    x: affine(generator.uniform([3, 6, 6]), { angle: 10 * index, interpolation: "bilinear" }),
    y: tensor(index, "i32"),
  }),
};

if (typeof document === "undefined") serveExamples(examples);
