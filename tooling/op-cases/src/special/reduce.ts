import {
  batchNorm,
  batchNormApply,
  type batchNormApplyOps,
  type batchNormOps,
  crossEntropy,
  type crossEntropyOps,
  type cumulativeOps,
  groupNorm,
  type groupNormOps,
  instanceNorm,
  layerNorm,
  type layerNormOps,
  localResponseNorm,
  type localResponseNormOps,
  logSoftmax,
  logSumExp,
  maxPool1d,
  maxPool2d,
  type momentOps,
  type reduceOps,
  rmsNorm,
  type rmsNormOps,
  softmax,
  type softmaxOps,
  type sortOps,
  tensor,
} from "@unfoldjs/tensor-core";
import {
  type Exception,
  finiteWhereTorchIsNot,
  ITSELF,
  LINEAR,
  ofGroups,
  ofOne,
  type PointsOf,
  type SpecialPoints,
} from "./points.ts";

const softmaxed: Exception = {
  because: "this is softmax, exactly; PyTorch's exp(x − y) has the rounding of y",
  isRight: (found, torch) => Math.abs(found) < 0.5 && Math.abs(torch) >= 0.75,
};
const leftOut = finiteWhereTorchIsNot("a row that is left out has no part, whatever it holds");
/** The group of 1e20, of which PyTorch's squares overflow. */
const held: Exception = {
  because: "in shares of the largest no square overflows",
  isRight: (found, torch) => Number.isFinite(found) && (!Number.isFinite(torch) || torch === 0),
};
/** In f64 it is 3.9152e-5. */
const heldAndNearer: Exception = {
  because: `${held.because}; and of what cancels beside a deviation of 1, PyTorch keeps fewer digits`,
  isRight: (found, torch, at) =>
    held.isRight(found, torch, at) || (at === 13 && Math.abs(found - 3.9152e-5) < Math.abs(torch - 3.9152e-5)),
};
const atNaN: Exception = {
  because: "PyTorch says 0 where the norm itself is NaN",
  isRight: (found, torch) => Number.isNaN(found) && torch === 0,
};
const below0 = finiteWhereTorchIsNot(
  "flat beside a 0 in every order, and beside ∞ alone, where PyTorch divides ∞ by ∞",
);
/** By p. */
const ofNorm: Readonly<Record<number, SpecialPoints["exceptions"]>> = {
  0.5: {
    gradient: finiteWhereTorchIsNot("flat at 0, whatever stands beside it"),
    second: {
      because: "flat at 0 in every order; at ∞ there is none",
      isRight: (found, torch) => Number.isNaN(torch) && !Number.isNaN(found),
    },
  },
  2: { value: held, gradient: held, tangent: held, second: finiteWhereTorchIsNot("flat at 0 in every order") },
  3: { value: held, gradient: held, tangent: held, second: held },
  [Infinity]: { gradient: atNaN, tangent: atNaN },
  [-Infinity]: { gradient: atNaN, tangent: atNaN },
  [-1]: { gradient: below0, second: below0 },
  [-2]: { gradient: below0, second: below0 },
};

const OF_INSTANCES: NonNullable<SpecialPoints["exceptions"]> = {
  value: held,
  second: heldAndNearer,
  "forward over reverse": heldAndNearer,
  "reverse over forward": heldAndNearer,
};
const OF_GROUPS: typeof OF_INSTANCES = { ...OF_INSTANCES, gradient: held, tangent: held };

/** Labels of the fifteen groups: none, all, and some of them left out. */
const labelled = (labels: readonly number[], reduction: "mean" | "sum" | "none"): SpecialPoints =>
  ofGroups(
    (x) => crossEntropy(x, tensor([...labels], "i32"), { reduction, ignoreIndex: -1 }),
    `F.cross_entropy(x, torch.tensor([${labels.join(", ")}]), reduction="${reduction}", ignore_index=-1)`,
    {
      exceptions: labels.every((label) => label >= 0) ? {} : { gradient: leftOut, second: leftOut },
    },
  );
const rows = (label: (row: number) => number): readonly number[] => Array.from({ length: 15 }, (_, row) => label(row));

export const familyPoints: PointsOf<
  typeof batchNormOps & typeof layerNormOps & typeof softmaxOps & typeof crossEntropyOps & typeof reduceOps
> &
  PointsOf<typeof batchNormApplyOps & typeof groupNormOps & typeof localResponseNormOps & typeof rmsNormOps> &
  PointsOf<typeof cumulativeOps & typeof momentOps & typeof sortOps> &
  Readonly<Record<"maxPool1d" | "maxPool2d", SpecialPoints>> = {
  batchNormGradient: ITSELF,
  groupNormGradient: ITSELF,
  layerNormGradient: ITSELF,
  localResponseNormGradient: ITSELF,
  rmsNormGradient: ITSELF,
  softmaxGradient: ITSELF,
  logSoftmaxGradient: ITSELF,
  crossEntropyGradient: ITSELF,
  sum: LINEAR,
  mean: LINEAR,
  cumsum: LINEAR,
  euclideanNorm: { none: "the norm of order 2, whose points stand below" },
  variance: [ofGroups((x) => x.variance(-1), "torch.var(x, -1)"), ofGroups((x) => x.variance(0), "torch.var(x, 0)")],
  std: [
    ofGroups((x) => x.std(-1), "torch.std(x, -1)"),
    ofGroups((x) => x.std(-1, { correction: 0 }), "torch.std(x, -1, correction=0)"),
  ],
  prod: ofGroups((x) => x.prod(-1), "torch.prod(x, -1)", {
    exceptions: {
      second: {
        because: "the product of the others is divided by nothing",
        isRight: (_, torch) => !Number.isFinite(torch),
      },
    },
  }),
  max: ofGroups((x) => x.max(-1), "torch.amax(x, -1)"),
  min: ofGroups((x) => x.min(-1), "torch.amin(x, -1)"),
  softmax: ofGroups((x) => softmax(x), "torch.softmax(x, -1)"),
  logSoftmax: ofGroups((x) => logSoftmax(x), "torch.log_softmax(x, -1)"),
  logSumExp: ofGroups((x) => logSumExp(x), "torch.logsumexp(x, -1)", {
    exceptions: { gradient: softmaxed, second: softmaxed },
  }),
  crossEntropyRows: [
    labelled(
      rows((row) => row % 3),
      "none",
    ),
    labelled(
      rows((row) => (row < 6 && row % 2 === 0 ? row % 3 : -1)),
      "mean",
    ),
    labelled(
      rows(() => -1),
      "none",
    ),
    labelled(
      rows(() => -1),
      "sum",
    ),
    labelled(
      rows(() => -1),
      "mean",
    ),
  ],
  layerNorm: ofGroups((x) => layerNorm(x), "F.layer_norm(x, (3,))", {
    exceptions: { value: held, gradient: held, tangent: held, second: held, "forward over reverse": held },
  }),
  rmsNorm: ofGroups((x) => rmsNorm(x), "F.rms_norm(x, (3,))", {
    exceptions: { value: held, second: held, "forward over reverse": held },
  }),
  groupNorm: ofGroups((x) => groupNorm(x, 1), "F.group_norm(x, 1)", {
    exceptions: OF_GROUPS,
  }),
  instanceNorm: ofGroups((x) => instanceNorm(x.unsqueeze(0)).squeeze(0), "F.instance_norm(x.unsqueeze(0)).squeeze(0)", {
    exceptions: OF_INSTANCES,
  }),
  localResponseNorm: ofGroups(
    (x) => localResponseNorm(x.unsqueeze(-1), 3, { alpha: 0.5 }).squeeze(-1),
    "F.local_response_norm(x.unsqueeze(-1), 3, alpha=0.5).squeeze(-1)",
  ),
  batchNormApply: ofGroups(
    (x) => batchNormApply(x, { mean: tensor([0.5, -1, 2]), variance: tensor([1, 0, 4]) }),
    "F.batch_norm(x, torch.tensor([0.5, -1., 2.]), torch.tensor([1., 0., 4.]))",
  ),
  batchNorm: ofGroups((x) => batchNorm(x.transpose()).y.transpose(), "F.batch_norm(x.T, None, None, training=True).T"),
  sort: ofOne((x) => x.sort().values, "torch.sort(x, stable=True).values"),
  maxPool1d: ofGroups((x) => maxPool1d(x.unsqueeze(0), { kernel: 2, stride: 1 }), "F.max_pool1d(x.unsqueeze(0), 2, 1)"),
  maxPool2d: ofGroups(
    (x) => maxPool2d(x.reshape([1, 1, 15, 3]), { kernel: 2, stride: 1 }),
    "F.max_pool2d(x.reshape(1, 1, 15, 3), 2, 1)",
  ),
};

/** Functions that are made of ops. */
export const compositionPoints: Readonly<Record<string, readonly SpecialPoints[]>> = {
  norm: [-Infinity, -2, -1, 0, 0.5, 1, 1.5, 2, 3, Infinity].map((p) =>
    ofGroups((x) => x.norm(p, -1), `torch.linalg.vector_norm(x, float("${p}"), -1)`, { exceptions: ofNorm[p] ?? {} }),
  ),
};
