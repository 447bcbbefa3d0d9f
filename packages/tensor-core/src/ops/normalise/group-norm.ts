import { assertFromZero, assertRecord, assertWhole } from "../../arguments/checks.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, FOR_GRADIENT, ON_REQUEST, PUBLIC } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { ShapeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertChannels, channelsOf, planesOf } from "./channels.ts";
import { gradientMultiplyAdds, normaliseMultiplyAdds } from "./cost.ts";
import { assertAsked, assertShapes } from "./operands.ts";

type GroupNormResults = {
  readonly y: typeof PUBLIC;
  /** Of each group of each sample. */
  readonly mean: typeof FOR_GRADIENT;
  /** 1 / √(variance + ε) of each group of each sample. */
  readonly inverseDeviation: typeof FOR_GRADIENT;
};

interface EpsilonAttribute {
  readonly epsilon: number;
}

interface GroupNormAttributes extends EpsilonAttribute {
  readonly groups: number;
}

type NormOp<Name extends string, Attributes> = KernelOp<Name, ["x", "weight?", "bias?"], Attributes, GroupNormResults>;

/** Group norm and instance norm are one op but for who says how many groups there are. */
function defineNorm<const Name extends string, Attributes extends EpsilonAttribute>(
  name: Name,
  groupsOf: (x: AnyTensor, attributes: Attributes) => number,
): NormOp<Name, Attributes> {
  return defineOp(name, ["x", "weight?", "bias?"], {
    results: { y: PUBLIC, mean: FOR_GRADIENT, inverseDeviation: FOR_GRADIENT },
    shape: ({ x, weight, bias }, attributes) => {
      assertChannels(name, x, { weight, bias });
      const groups = groupsOf(x, attributes);
      assertDivides(name, x, groups);
      const statistics = statisticsOf(x, groups);
      return { y: x.shape, mean: statistics, inverseDeviation: statistics };
    },
    multiplyAdds: ({ x, weight }) => normaliseMultiplyAdds(x, weight),
    run: ({ x, weight, bias }, { y, mean, inverseDeviation }, attributes) => {
      scope(() =>
        core().group_norm(
          ...groupedSizes(x, groupsOf(x, attributes)),
          attributes.epsilon,
          x.contiguous().address,
          weight?.contiguous().address ?? 0,
          bias?.contiguous().address ?? 0,
          y.address,
          mean?.address ?? 0,
          inverseDeviation?.address ?? 0,
        ),
      );
    },
  });
}

const groupNormOp: NormOp<"groupNorm", GroupNormAttributes> = defineNorm(
  "groupNorm",
  (_, { groups }: GroupNormAttributes) => groups,
);

const instanceNormOp: NormOp<"instanceNorm", EpsilonAttribute> = defineNorm("instanceNorm", ({ shape }) =>
  Math.max(1, shape[1] ?? 1),
);

/**
 * Group normalisation (Wu & He 2018): y = (x − mean) / √(variance + ε) · weight + bias, with mean and (biased) variance of each
 * sample's groups of neighbouring channels, over all their places, and a weight and a bias for each channel.
 *
 * Results are right for any x whose group's deviation f32 can turn round: with an ε of 0 it must be above 3 · 10⁻³⁹. Gradients are, while the
 * sum of |dy · weight · x| over a channel's places stays below 3 · 10³⁸.
 *
 * @param x (batch, channels, …), f32 @param groups a number that divides the channels
 * @param weight (channels) @param bias (channels)
 * @param epsilon added to the variance. Default 1e-5, as PyTorch's
 * @returns the shape of `x`
 * @throws ShapeError if x has no axis of channels, the groups do not divide them, or sizes differ; ValueError on a negative ε;
 * DTypeError unless all are f32
 */
export function groupNorm<S extends Shape>(
  x: Tensor<S>,
  groups: number,
  weight?: Tensor<Shape>,
  bias?: Tensor<Shape>,
  epsilon = 1e-5,
): Tensor<S> {
  assertWhole("groupNorm", "groups", groups, 1);
  assertFromZero("groupNorm", "epsilon", epsilon);
  return apply(groupNormOp, { x, weight, bias }, { groups, epsilon }).y as Tensor<S>;
}

/**
 * Instance normalisation (Ulyanov, Vedaldi & Lempitsky 2016): y = (x − mean) / √(variance + ε) · weight + bias, with mean and
 * (biased) variance of each channel of each sample over its places.
 *
 * Results are right for any x whose channel's deviation f32 can turn round: with an ε of 0 it must be above 3 · 10⁻³⁹. Gradients are, while the
 * sum of |dy · weight · x| over a channel's places stays below 3 · 10³⁸.
 *
 * @param x (batch, channels, …), f32 @param weight (channels) @param bias (channels)
 * @param epsilon added to the variance. Default 1e-5, as PyTorch's
 * @returns the shape of `x`
 * @throws ShapeError if x has no axis of channels, or sizes differ; ValueError on a negative ε; DTypeError unless all are f32
 */
export function instanceNorm<S extends Shape>(
  x: Tensor<S>,
  weight?: Tensor<Shape>,
  bias?: Tensor<Shape>,
  epsilon = 1e-5,
): Tensor<S> {
  assertFromZero("instanceNorm", "epsilon", epsilon);
  return apply(instanceNormOp, { x, weight, bias }, { epsilon }).y as Tensor<S>;
}

type GroupNormGradientResults = {
  readonly x: typeof ON_REQUEST;
  readonly weight: typeof ON_REQUEST;
  readonly bias: typeof ON_REQUEST;
};

const groupNormGradientOp: KernelOp<
  "groupNormGradient",
  ["dy", "x", "mean", "inverseDeviation", "weight?"],
  { readonly groups: number },
  GroupNormGradientResults
> = defineOp("groupNormGradient", ["dy", "x", "mean", "inverseDeviation", "weight?"], {
  results: { x: ON_REQUEST, weight: ON_REQUEST, bias: ON_REQUEST },
  shape: ({ dy, x, mean, inverseDeviation, weight }, { groups }) => {
    const op = "groupNormGradient";
    assertChannels(op, x, { weight });
    assertDivides(op, x, groups);
    const statistics = statisticsOf(x, groups);
    assertShapes(op, x, {
      dy: [dy, x.shape],
      mean: [mean, statistics],
      inverseDeviation: [inverseDeviation, statistics],
    });
    return { x: x.shape, weight: channelsOf(x), bias: channelsOf(x) };
  },
  multiplyAdds: ({ x }, out) => gradientMultiplyAdds(x, out),
  run: ({ dy, x, mean, inverseDeviation, weight }, out, { groups }) => {
    scope(() => {
      const status = core().group_norm_gradient(
        ...groupedSizes(x, groups),
        dy.contiguous().address,
        x.contiguous().address,
        mean.contiguous().address,
        inverseDeviation.contiguous().address,
        weight?.contiguous().address ?? 0,
        out.x?.address ?? 0,
        out.weight?.address ?? 0,
        out.bias?.address ?? 0,
      );
      check("groupNormGradient", status);
    });
  },
});

/**
 * The gradients of a group normalisation in one call, or of an instance normalisation, whose groups are the channels: of x,
 * weight and bias, as far as they are asked for.
 * @param dy the shape of x @param statistics mean and inverse deviation (batch, groups), as the forward had them
 * @throws ShapeError if shapes do not fit, DTypeError unless all are f32
 */
export function groupNormGradient<const Asked extends "x" | "weight" | "bias">(
  asked: readonly Asked[],
  dy: Tensor<Shape>,
  x: Tensor<Shape>,
  groups: number,
  statistics: { readonly mean: Tensor<Shape>; readonly inverseDeviation: Tensor<Shape> },
  weight: Tensor<Shape> | undefined,
): { readonly [Name in Asked]: Tensor<Shape> } {
  assertAsked("groupNormGradient", asked);
  assertWhole("groupNormGradient", "groups", groups, 1);
  assertRecord("groupNormGradient", "statistics", statistics);
  const { mean, inverseDeviation } = statistics;
  return apply(groupNormGradientOp, { dy, x, mean, inverseDeviation, weight }, { groups }, asked) as {
    readonly [Name in Asked]: Tensor<Shape>;
  };
}

/** @throws ShapeError unless the groups are of as many channels each */
function assertDivides(op: string, x: AnyTensor, groups: number): void {
  const channels = x.shape[1] ?? 0;
  if (channels === 0 || channels % groups === 0) return;
  throw new ShapeError(op, { x: x.shape, groups }, `the groups must divide the channels, ${channels}`);
}

function statisticsOf(x: AnyTensor, groups: number): Shape {
  return [x.shape[0] ?? 0, filled(x, groups)];
}

/** Any number divides no channels: they are one group, or a number beyond all reason would be counted through. */
function filled({ shape }: AnyTensor, groups: number): number {
  return shape[1] === 0 ? 1 : groups;
}

/** (samples, groups, channels of a group, elements of a channel) */
function groupedSizes(x: AnyTensor, groups: number): [number, number, number, number] {
  const [samples, channels, size] = planesOf(x);
  const count = filled(x, groups);
  return [samples, count, channels / count, size];
}

export const groupNormOps: {
  groupNorm: typeof groupNormOp;
  instanceNorm: typeof instanceNormOp;
  groupNormGradient: typeof groupNormGradientOp;
} = { groupNorm: groupNormOp, instanceNorm: instanceNormOp, groupNormGradient: groupNormGradientOp };
