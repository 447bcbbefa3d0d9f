import { assertFromZero } from "../../arguments/checks.ts";
import { checkOptions } from "../../arguments/options.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { assertFiniteElements } from "../copy/finite.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { IndexError, ShapeError } from "../../errors/index.ts";
import { viewOf } from "../../runtime/elements.ts";
import { core } from "../../runtime/heap.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertIndexDType, assertInRange } from "../gather/indices.ts";

type Inputs = ["points", "starts", "places", "probabilities"];
type TSneForcesResults = { readonly gradient: typeof DISCRETE; readonly sum: typeof DISCRETE };
type Attributes = Required<TSneForcesOptions>;

/** The most points whose places in the tree fit into a word beside their numbers. */
const MOST = 2 ** 24;

const tSneForcesOp: KernelOp<"tSneForces", Inputs, Attributes, TSneForcesResults> = defineOp(
  "tSneForces",
  ["points", "starts", "places", "probabilities"],
  {
    results: { gradient: DISCRETE, sum: DISCRETE },
    shape: ({ points, starts, places, probabilities }) => {
      assertFloat("tSneForces", { points, probabilities });
      for (const each of [starts, places]) assertIndexDType("tSneForces", each);
      const [count, axes] = points.shape;
      if (points.rank !== 2 || axes !== 2 || count === undefined || count > MOST)
        throw new ShapeError("tSneForces", { points: points.shape }, `points are (count, 2), at most ${MOST}`);
      const fits = starts.rank === 1 && starts.size === count + 1 && places.rank === 1 && probabilities.rank === 1;
      if (!fits || places.size !== probabilities.size) {
        const came = { starts: starts.shape, places: places.shape, probabilities: probabilities.shape };
        const rule = `starts are one more than the points (${count}), and each place has its probability`;
        throw new ShapeError("tSneForces", came, rule);
      }
      return { gradient: points.shape, sum: [] };
    },
    dtype: () => ({ gradient: "f32", sum: "f32" }),
    check: ({ points, starts, places }) => {
      assertFiniteElements("tSneForces", "points", points, "others are nowhere in the plane");
      assertInRange("tSneForces", places, points.shape[0] ?? 0);
      assertStarts(starts, places.size);
    },
    run: (inputs, { gradient, sum }, { theta, exaggeration }) => {
      scope(() => {
        const [points, starts, places, values] = [
          inputs.points.contiguous(),
          inputs.starts.contiguous(),
          inputs.places.contiguous(),
          inputs.probabilities.contiguous(),
        ];
        const [from, rows] = [points.address, starts.address];
        const count = points.shape[0] ?? 0;
        const run = core().t_sne_forces;
        check(
          "tSneForces",
          run(
            count,
            places.size,
            from,
            rows,
            places.address,
            values.address,
            theta,
            exaggeration,
            gradient.address,
            sum.address,
          ),
        );
      });
    },
  },
);

/** @throws IndexError unless rows begin at 0, end at `size`, and none ends before it begins */
function assertStarts(starts: AnyTensor, size: number): void {
  onContiguous(starts, (dense) => {
    const all = viewOf(dense);
    let before = 0;
    for (const [position, value] of all.entries()) {
      const isRight = position === 0 ? value === 0 : value >= before;
      if (!isRight || value > size || (position === all.length - 1 && value !== size)) {
        const came = { starts: starts.shape, position, value };
        throw new IndexError("tSneForces", came, `starts must ascend from 0 to ${size}`);
      }
      before = value;
    }
  });
}

/** Rows of pairs of points, as sparse matrices have them. */
export interface PointPairs {
  /** (count + 1), i32: row i is from `starts[i]` up to `starts[i + 1]`. */
  readonly starts: Tensor<Shape, "i32">;
  /** (pairs), i32: the other point of each pair. */
  readonly places: Tensor<Shape, "i32">;
  /** (pairs), f32: p of each pair. */
  readonly probabilities: Tensor<Shape>;
}

/** How `tSneForces` counts. */
export interface TSneForcesOptions {
  /** Squares count as one point if their width is at most this share of their distance; 0 is exact. Up to 0.7. Default 0.5. */
  readonly theta?: number;
  /** By what probabilities are multiplied. Default 1. */
  readonly exaggeration?: number;
}

/**
 * The slope of t-SNE's loss (van der Maaten & Hinton 2008, eq. 5) at points of a plane, by Barnes–Hut (van der Maaten 2014):
 * 4 Σ_j (p_ij − q_ij) (1 + ‖y_i − y_j‖²)⁻¹ (y_i − y_j). The same bits on any number of threads. `tSne` of
 * @unfoldjs/embeddings descends by it.
 * @param points (count, 2), f32
 * @returns gradient (count, 2), and the sum () that the q are divided by: Σ (1 + ‖y_i − y_j‖²)⁻¹ over all pairs
 * @throws ShapeError, DTypeError, IndexError; ValueError also if a point is not finite
 */
export function tSneForces<S extends Shape>(
  points: Tensor<S>,
  pairs: PointPairs,
  options: TSneForcesOptions = {},
): { readonly gradient: Tensor<S>; readonly sum: Tensor<[]> } {
  checkOptions<TSneForcesOptions>("tSneForces", options, { theta: assertFromZero, exaggeration: assertFromZero });
  const { theta = 0.5, exaggeration = 1 } = options;
  assertTensor("tSneForces", "points", points);
  checkOptions<PointPairs>("tSneForces", pairs, {
    starts: isTensorNamed,
    places: isTensorNamed,
    probabilities: isTensorNamed,
  });
  const found = apply(tSneForcesOp, { points, ...pairs }, { theta, exaggeration });
  return found as { gradient: Tensor<S>; sum: Tensor<[]> };
}

const isTensorNamed = (op: string, name: string, value: unknown): void => assertTensor(op, name, value);

/** Without a gradient: it is one. */
export const tSneOps: { tSneForces: typeof tSneForcesOp } = { tSneForces: tSneForcesOp };
