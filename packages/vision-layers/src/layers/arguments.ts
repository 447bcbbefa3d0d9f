import {
  assertNumber,
  assertTensor,
  assertWhole,
  inCall,
  ShapeError,
  sizeOf,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";

/** @throws ShapeError unless x is (batch, channels, height, width) with as many channels */
export function assertPictures(layer: string, x: Tensor, channels: number): void {
  assertTensor(layer, "x", x);
  if (x.rank !== 4) {
    throw new ShapeError(
      layer,
      { x: x.shape },
      "x must be (batch, channels, height, width)",
      x.rank === 3 ? "one picture is a batch of one: x.unsqueeze(0)" : undefined,
    );
  }
  if (x.shape[1] === channels) return;
  throw new ShapeError(
    layer,
    { x: x.shape, channels },
    `x must have ${channels} channels on axis 1, as the layer was built for`,
  );
}

/**
 * A number of channels or features, looked at before any of a block's layers is made.
 * @throws ValueError unless it is a whole number from 1 up that there can be a matrix of
 */
export function assertChannels(layer: string, name: string, value: unknown): asserts value is number {
  assertWhole(layer, name, value, 1);
  inCall(layer, () => sizeOf([value, 64]));
}

/** @throws ValueError unless it is a number in [0, 1] */
export function assertProbability(layer: string, name: string, value: unknown): asserts value is number {
  assertNumber(layer, name, value);
  if (value >= 0 && value <= 1) return;
  throw new ValueError(layer, { [name]: value }, `${name} must be in [0, 1]`, "it is a share, not a percentage");
}
