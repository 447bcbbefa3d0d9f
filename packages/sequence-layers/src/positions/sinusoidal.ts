import { type Argument, Module } from "@unfoldjs/nn";
import { assertWhole, fromArray, inCall, type Shape, sizeOf, type Tensor } from "@unfoldjs/tensor-core";
import { assertLastAxes } from "./last-axes.ts";

/**
 * Sinusoidal positions (Vaswani et al. 2017, section 3.5): sin(t / 10000^(2i / features)) at feature 2i, the cosine at 2i + 1.
 * @param time how many positions @param features from 1 up; of an odd number the last is a sine
 * @param start the first position
 * @returns (time, features)
 */
export function sinusoidalPositions(time: number, features: number, start = 0): Tensor {
  assertWhole("sinusoidalPositions", "time", time);
  assertWhole("sinusoidalPositions", "features", features, 1);
  assertWhole("sinusoidalPositions", "start", start);
  const values = new Float32Array(inCall("sinusoidalPositions", () => sizeOf([time, features])));
  for (let feature = 0; feature < features; feature++) {
    const rate = 10_000 ** -((feature - (feature % 2)) / features);
    const wave = feature % 2 === 0 ? Math.sin : Math.cos;
    for (let at = 0; at < time; at++) values[at * features + feature] = wave((start + at) * rate);
  }
  return fromArray<Shape>(values, [time, features]);
}

/** Adds `sinusoidalPositions` to its input; it learns nothing, and takes any length. */
export class SinusoidalPositions extends Module {
  static override readonly name: string = "SinusoidalPositions";
  readonly features: number;

  /** @throws ValueError unless it is a whole number from 1 up */
  constructor(features: number) {
    super();
    assertWhole("SinusoidalPositions", "features", features, 1);
    this.features = features;
  }

  /**
   * @param x (…, time, features) @param start the position of the first step
   * @returns the same shape
   * @throws ShapeError if features differ
   */
  override forward(x: Tensor, start = 0): Tensor {
    const { features } = this;
    const time = assertLastAxes("SinusoidalPositions", x, features);
    assertWhole("SinusoidalPositions", "start", start);
    return inCall("SinusoidalPositions", () => x.add<Shape, Shape>(sinusoidalPositions(time, features, start)));
  }

  override config(): readonly Argument[] {
    return [this.features];
  }
}
