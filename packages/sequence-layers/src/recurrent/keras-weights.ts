import {
  assertOneOf,
  assertPlain,
  assertTensor,
  checkOptions,
  concat,
  inCall,
  type OptionChecks,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  truthValue,
  assertWhole,
  zerosLike,
} from "@unfoldjs/tensor-core";

/** Weights of a Keras layer, `layer.get_weights()` by name. */
export interface KerasWeights {
  /** (inputs, gates · units) */
  readonly kernel: Tensor;
  /** (units, gates · units) */
  readonly recurrentKernel: Tensor;
  /** (gates · units), or (2, gates · units) of a GRU with `reset_after`: that of inputs, then that of the state. */
  readonly bias?: Tensor | undefined;
}

export interface KerasPlace {
  /** The layer that they are for. Default 0. */
  readonly layer?: number;
  /** Whether they are those of the direction from the end, as of Keras' `Bidirectional`. Default false. */
  readonly reverse?: boolean;
}

/** In which order a Keras layer has our gates. */
const ORDER: Readonly<Record<"rnn" | "gru" | "lstm", readonly number[]>> = {
  rnn: [0],
  gru: [1, 0, 2], // z, r, h there; r, z, n here
  lstm: [0, 1, 2, 3], // i, f, c, o; i, f, g, o
};

const PLACE: OptionChecks<KerasPlace> = {
  layer: (op, name, value) => assertWhole(op, name, value),
  reverse: truthValue,
};

/**
 * What a Keras SimpleRNN, GRU or LSTM has learned, as an entry of a state dict for `RNN`, `GRU` or `LSTM`. Keras keeps the
 * transposed matrices, other gates first in a GRU, and one bias; there are two here, of which the second is then zeros. A GRU
 * made with `reset_after=False` goes to one with `resetAfter: false`.
 *
 * @returns `weight_ih_l0`, `weight_hh_l0` and, if there is a bias, `bias_ih_l0` and `bias_hh_l0`, for that layer and direction;
 * the caller's to dispose
 * @throws ShapeError unless the shapes are those of one such layer
 * @example gru.loadStateDict(fromKerasWeights("gru", { kernel, recurrentKernel, bias }));
 */
export function fromKerasWeights(
  kind: "rnn" | "gru" | "lstm",
  weights: KerasWeights,
  place: KerasPlace = {},
): Record<string, Tensor> {
  const op = "fromKerasWeights";
  assertOneOf(op, "kind", kind, Object.keys(ORDER));
  assertPlain(op, "weights", weights, "weights by name: { kernel, recurrentKernel, bias }");
  checkOptions<KerasPlace>(op, place, PLACE);
  const { kernel, recurrentKernel, bias } = weights;
  assertTensor(op, "kernel", kernel);
  assertTensor(op, "recurrentKernel", recurrentKernel);
  if (bias !== undefined) assertTensor(op, "bias", bias);
  const order = ORDER[kind];
  const units = assertFit(op, kind, order.length, weights);
  const reordered = (x: Tensor): Tensor =>
    concat(
      order.map((gate) => x.slice(0, gate * units, (gate + 1) * units)),
      0,
    );
  const end = `_l${place.layer ?? 0}${place.reverse === true ? "_reverse" : ""}`;
  return inCall(op, () =>
    scope(() => {
      const matrices = {
        [`weight_ih${end}`]: reordered(kernel.transpose()),
        [`weight_hh${end}`]: reordered(recurrentKernel.transpose()),
      };
      if (bias === undefined) return matrices;
      const first = reordered(bias.rank === 2 ? bias.slice(0, 0, 1).squeeze(0) : bias);
      const second = bias.rank === 2 ? reordered(bias.slice(0, 1, 2).squeeze(0)) : zerosLike(first);
      return { ...matrices, [`bias_ih${end}`]: first, [`bias_hh${end}`]: second };
    }),
  );
}

/** @returns the units @throws ShapeError */
function assertFit(op: string, kind: string, gates: number, { kernel, recurrentKernel, bias }: KerasWeights): number {
  const units = recurrentKernel.shape[0] ?? 0;
  const rows = gates * units;
  const came = { kernel: kernel.shape, recurrentKernel: recurrentKernel.shape };
  if (recurrentKernel.rank !== 2 || recurrentKernel.shape[1] !== rows) {
    throw new ShapeError(op, came, `recurrentKernel of Keras' ${kind} must be (units, ${gates} · units)`);
  }
  if (kernel.rank !== 2 || kernel.shape[1] !== rows) {
    throw new ShapeError(op, came, `kernel must be (inputs, ${rows}), as the recurrent kernel says`);
  }
  if (bias === undefined) return units;
  const wanted: readonly Shape[] = kind === "gru" ? [[rows], [2, rows]] : [[rows]];
  if (wanted.some((shape) => shape.length === bias.rank && shape.every((size, axis) => bias.shape[axis] === size)))
    return units;
  throw new ShapeError(
    op,
    { ...came, bias: bias.shape },
    `bias must be ${wanted.map((shape) => `[${shape.join(", ")}]`).join(" or ")}`,
  );
}
