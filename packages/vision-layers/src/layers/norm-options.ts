import {
  assertFinite,
  type Check,
  fromZero,
  type OptionChecks,
  ShapeError,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";

const finiteOrNull: Check = (layer, name, value) => {
  if (value !== null) assertFinite(layer, name, value);
};

/** Options of layers with running statistics. */
export interface RunningNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Share of the newest batch in the running statistics, or null for the plain mean of all batches. Default 0.1. */
  readonly momentum?: number | null;
  /** Whether to scale and shift what is normalised, each channel by its own. */
  readonly affine?: boolean;
  /** Whether to keep running statistics, for use after learning. */
  readonly trackRunningStats?: boolean;
}

export const RUNNING_OPTIONS: OptionChecks<RunningNormOptions> = {
  epsilon: fromZero,
  momentum: finiteOrNull,
  affine: truthValue,
  trackRunningStats: truthValue,
};

/** @param axes in words, for the message @throws ShapeError unless x has as many axes, and channels, as it must */
export function assertInput(
  layer: string,
  x: Tensor,
  axes: string,
  ranks: readonly number[],
  channels: number,
  channelAxis = 1,
): void {
  if (!ranks.includes(x.rank)) throw new ShapeError(layer, { x: x.shape }, `x must be ${axes}`);
  if (x.shape[channelAxis] === channels) return;
  throw new ShapeError(
    layer,
    { x: x.shape, channels },
    `x must have ${channels} channels on axis ${channelAxis}, as the layer was built for`,
  );
}
