import {
  assertTensor,
  checkOptions,
  inCall,
  norm,
  scope,
  ShapeError,
  stack,
  tensor,
  type Tensor,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { edgeKernels, type KernelPair, type KernelRows } from "./edge-kernels.ts";
import { assertImage, BORDER, type BorderOptions, overPlanes } from "./over-planes.ts";
import { joined } from "../layers/checks.ts";

/** Names of `edgeKernels`. */
export type EdgeFilterName = keyof typeof edgeKernels;

/** Options of `detectEdges`. */
export interface EdgeOptions extends BorderOptions {
  /** A name of `edgeKernels`, two kernels of one's own, or one, as rows or (rows, columns). Default "sobel". */
  readonly filter?: EdgeFilterName | KernelPair | KernelRows | Tensor;
}

const LOOKED_AT = /* @__PURE__ */ joined(BORDER, { filter: (): void => {} });

/**
 * How strong the edges of a picture are, in each plane by itself: √(a² + b²) of the responses of a filter's two kernels, |a| of
 * the Laplacian. One kernel of one's own gives its response as it is, with its sign.
 *
 * @param image (height, width), (channels, height, width) or (batch, channels, height, width)
 * @returns the shape of `image`, or with `padding: "valid"` rows and columns less by the kernel's less 1
 * @throws ShapeError unless it is an image and the kernel fits, ValueError on options
 * @example detectEdges(image, { filter: "scharr", padding: "valid" })
 */
export function detectEdges(image: Tensor, options: EdgeOptions = {}): Tensor {
  assertImage("detectEdges", image);
  checkOptions<EdgeOptions>("detectEdges", options, LOOKED_AT);
  return inCall("detectEdges", () =>
    scope(() => {
      const { filter = "sobel", ...border } = options;
      const kernels = kernelsOf(filter);
      const responses = overPlanes("detectEdges", image, stack(kernels.slice()), border);
      const [, , rows = 0, columns = 0] = responses.shape;
      const strength = isOne(filter) ? responses : norm(responses, 2, 1);
      return strength.reshape([...image.shape.slice(0, -2), rows, columns]);
    }),
  );
}

/** Options of `imageGradient`. */
export interface GradientOptions extends BorderOptions {
  /** Default "sobel". */
  readonly filter?: "prewitt" | "sobel" | "scharr" | KernelPair;
}

/** How a picture changes at each pixel. */
export interface ImageGradient {
  /** To the right: positive where the right is brighter. */
  readonly x: Tensor;
  /** Downwards: positive where the lower side is brighter. */
  readonly y: Tensor;
  /** √(x² + y²). */
  readonly magnitude: Tensor;
  /** Towards the brighter side, in radians in [−π, π]: 0 is to the right and π / 2 downwards; along the edge is a right angle more. */
  readonly direction: Tensor;
}

/**
 * The gradient of a picture's brightness, in each plane by itself: its parts, their magnitude and their direction. They are the
 * filter's own units: Prewitt's of a slope of 1 a pixel are 6, Sobel's 8, Scharr's 32.
 *
 * @param image (height, width), (channels, height, width) or (batch, channels, height, width)
 * @returns tensors of the shape of `image`, or with `padding: "valid"` of rows and columns less by the kernel's less 1
 * @throws ShapeError unless it is an image and the kernels fit, ValueError on options
 */
export function imageGradient(image: Tensor, options: GradientOptions = {}): ImageGradient {
  const op = "imageGradient";
  assertImage(op, image);
  checkOptions<GradientOptions>(op, options, LOOKED_AT);
  return inCall(op, () =>
    scope(() => {
      const { filter = "sobel", ...border } = options;
      // Kernels answer to what gets darker; a gradient points to what gets brighter.
      const responses = overPlanes(op, image, stack(pairOfKernels(filter).slice()).neg(), border);
      const [, , rows = 0, columns = 0] = responses.shape;
      const shape = [...image.shape.slice(0, -2), rows, columns];
      const x = responses.slice(1, 0, 1).reshape(shape).contiguous();
      const y = responses.slice(1, 1, 2).reshape(shape).contiguous();
      return { x, y, magnitude: norm(responses, 2, 1).reshape(shape), direction: y.atan2(x) };
    }),
  );
}

type Filter = NonNullable<EdgeOptions["filter"]>;

function kernelsOf(filter: Filter): readonly Tensor[] {
  if (filter === "laplacian") return [tensor(edgeKernels.laplacian.fourNeighbours)];
  if (filter === "roberts") return [tensor(edgeKernels.roberts.rising), tensor(edgeKernels.roberts.falling)];
  return isOne(filter) ? [ownKernel(filter)] : pairOfKernels(filter);
}

function isOne(filter: Filter): filter is KernelRows | Tensor {
  return Array.isArray(filter) || (typeof filter === "object" && filter !== null && "shape" in filter);
}

const WANTED =
  "a name as in edgeKernels, kernels of rows as in { vertical, horizontal }, or one as rows or f32 (rows, columns)";

function pairOfKernels(filter: unknown): readonly [vertical: Tensor, horizontal: Tensor] {
  if (filter === "prewitt" || filter === "sobel" || filter === "scharr") {
    const { vertical, horizontal } = edgeKernels[filter];
    return [tensor(vertical), tensor(horizontal)];
  }
  if (typeof filter === "object" && filter !== null && "vertical" in filter && "horizontal" in filter) {
    const [vertical, horizontal] = [ownKernel(filter.vertical), ownKernel(filter.horizontal)];
    if (vertical.shape.every((size, axis) => size === horizontal.shape[axis])) return [vertical, horizontal];
    const shapes = { vertical: vertical.shape, horizontal: horizontal.shape };
    throw new ShapeError("detectEdges", shapes, "both kernels of a filter must have as many rows and columns");
  }
  throw wrongArgument("detectEdges", "filter", filter, WANTED);
}

function ownKernel(filter: unknown): Tensor {
  if (!Array.isArray(filter)) {
    assertTensor("detectEdges", "filter", filter);
    if (filter.rank === 2 && filter.size > 0 && filter.dtype === "f32") return filter as Tensor;
    throw wrongArgument("detectEdges", "filter", filter, WANTED);
  }
  const rows = Array.from(filter, (row: unknown): unknown[] => (Array.isArray(row) ? Array.from(row) : []));
  const columns = rows[0]?.length ?? 0;
  const isKernel = rows.every((row) => row.length === columns && row.every((value) => typeof value === "number"));
  if (columns === 0 || !isKernel) throw wrongArgument("detectEdges", "filter", filter, WANTED);
  return tensor(rows as number[][]);
}
