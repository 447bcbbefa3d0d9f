import { assertWhole } from "../../arguments/checks.ts";
import { anyNumber, checkOptions, type OptionChecks } from "../../arguments/options.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { ShapeError, ValueError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { planesOf } from "./channels.ts";
import { assertShapes } from "./operands.ts";

/** What neighbouring channels are added up with, worked out. */
export interface LocalResponse {
  /** Channels of a window, the element's own among them: half of them before it, the rest after. */
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

export interface LocalResponseNormOptions {
  /** Factor of the mean of squares. Default 1e-4. */
  readonly alpha?: number;
  /** Power of the divisor. Default 0.75. */
  readonly beta?: number;
  /** Added to the mean of squares. Default 1. */
  readonly k?: number;
}

const OPTIONS: OptionChecks<LocalResponseNormOptions> = { alpha: anyNumber, beta: anyNumber, k: anyNumber };

const localResponseNormOp: KernelOp<"localResponseNorm", ["x"], LocalResponse> = defineOp("localResponseNorm", ["x"], {
  shape: ({ x }) => {
    assertPlaces("localResponseNorm", x);
    return x.shape;
  },
  multiplyAdds: ({ x }, _, { size }) => x.size * (size + 1),
  run: ({ x }, y, { size, alpha, beta, k }) => {
    scope(() => core().local_response_norm(...planesOf(x), size, alpha, beta, k, x.contiguous().address, y.address));
  },
});

/**
 * Local response normalisation (Krizhevsky, Sutskever & Hinton 2012, section 3.3): y = x / (k + α / size · Σ x²)^β, with the sum
 * over the `size` channels around an element's own at its place; what lies beyond the edge is 0. α is divided by the size, as
 * PyTorch does, and not as in the paper.
 *
 * @param x (batch, channels, …places), f32, of three axes or more @param size channels of a window
 * @returns the shape of `x`
 * @throws ShapeError if x has fewer axes, ValueError unless the size is a whole number from 1 up and options are finite numbers,
 * DTypeError unless it is f32
 */
export function localResponseNorm<S extends Shape>(
  x: Tensor<S>,
  size: number,
  options: LocalResponseNormOptions = {},
): Tensor<S> {
  return apply(localResponseNormOp, { x }, localResponseOf("localResponseNorm", size, options)) as Tensor<S>;
}

/** Size and options with what is meant where nothing is said. @throws ValueError on one that makes no sense */
export function localResponseOf(op: string, size: number, options: LocalResponseNormOptions = {}): LocalResponse {
  assertWhole(op, "size", size, 1);
  checkOptions(op, options, OPTIONS);
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  if (size >= 2 ** 31) throw new ValueError(op, { size }, "the size must be below 2 ** 31");
  for (const [name, value] of Object.entries({ alpha, beta, k })) {
    if (!Number.isFinite(value)) throw new ValueError(op, { [name]: value }, `${name} must be a finite number`);
  }
  return { size, alpha, beta, k };
}

type LocalResponseNormGradientOp = KernelOp<"localResponseNormGradient", ["dy", "x"], LocalResponse>;

const localResponseNormGradientOp: LocalResponseNormGradientOp = defineOp("localResponseNormGradient", ["dy", "x"], {
  shape: ({ dy, x }) => {
    assertPlaces("localResponseNormGradient", x);
    assertShapes("localResponseNormGradient", x, { dy: [dy, x.shape] });
    return x.shape;
  },
  multiplyAdds: ({ x }, _, { size }) => x.size * (2 * size + 2),
  run: ({ dy, x }, dx, { size, alpha, beta, k }) => {
    scope(() => {
      const status = core().local_response_norm_gradient(
        ...planesOf(x),
        size,
        alpha,
        beta,
        k,
        dy.contiguous().address,
        x.contiguous().address,
        dx.address,
      );
      check("localResponseNormGradient", status);
    });
  },
});

/**
 * The gradient of `localResponseNorm` by x.
 * @param dy the shape of x @throws ShapeError if shapes differ, ValueError as the forward, DTypeError unless both are f32
 */
export function localResponseNormGradient(
  dy: Tensor<Shape>,
  x: Tensor<Shape>,
  size: number,
  options: LocalResponseNormOptions = {},
): Tensor<Shape> {
  const attributes = localResponseOf("localResponseNormGradient", size, options);
  return apply(localResponseNormGradientOp, { dy, x }, attributes) as Tensor;
}

function assertPlaces(op: string, x: AnyTensor): void {
  assertFloat(op, { x });
  if (x.rank >= 3) return;
  throw new ShapeError(
    op,
    { x: x.shape },
    "x must be (batch, channels, …places)",
    "add an axis of places: x.unsqueeze(-1)",
  );
}

export const localResponseNormOps: {
  localResponseNorm: typeof localResponseNormOp;
  localResponseNormGradient: LocalResponseNormGradientOp;
} = { localResponseNorm: localResponseNormOp, localResponseNormGradient: localResponseNormGradientOp };
