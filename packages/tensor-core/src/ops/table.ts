import type { activationOps } from "./activation.ts";
import type { arithmeticOps } from "./arithmetic.ts";
import type { selectionOps } from "./comparison.ts";
import type { copyOps } from "./copy.ts";
import type { matmulOps } from "./matmul.ts";
import type { mathsOps } from "./maths.ts";
import type { sliceGradientOps } from "./slice-gradient.ts";
import type { viewOps } from "./view.ts";

/** Every op that has a gradient, by name. autograd's table has one row for each. */
export type DifferentiableOps = typeof activationOps &
  typeof arithmeticOps &
  typeof copyOps &
  typeof mathsOps &
  typeof matmulOps &
  typeof selectionOps &
  typeof sliceGradientOps &
  typeof viewOps;
