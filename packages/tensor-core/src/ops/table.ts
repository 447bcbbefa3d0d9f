import type { arithmeticOps } from "./arithmetic.ts";
import type { copyOps } from "./copy.ts";
import type { sliceGradientOp } from "./slice-gradient.ts";
import type { viewOps } from "./view.ts";

/** Every op that has a gradient, by name. autograd's table has one row for each. */
export type DifferentiableOps = typeof arithmeticOps &
  typeof copyOps &
  typeof viewOps & { sliceGradient: typeof sliceGradientOp };
