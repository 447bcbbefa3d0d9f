import { type Argument, Module } from "@unfoldjs/nn";
import {
  assertBoolean,
  assertFinite,
  assertList,
  assertOneOf,
  assertTensor,
  assertWhole,
  inCall,
  type Margins,
  max,
  mean,
  pad,
  ShapeError,
  type Tensor,
  wrongArgument,
} from "@unfoldjs/tensor-core";

/** Zeros around the last axes of a tensor, or elements cut off where a number is below 0. */
export class ZeroPad extends Module {
  static override readonly name: string = "ZeroPad";
  readonly margins: readonly Margins[];

  /** @param margins [before, after] of each of the last axes @throws ValueError unless they are whole numbers */
  constructor(margins: readonly Margins[]) {
    super();
    assertList("ZeroPad", "margins", margins, "an array of pairs [before, after]");
    this.margins = Array.from(margins, (pair: unknown, at) => {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw wrongArgument("ZeroPad", `margins[${at}]`, pair, "[before, after]");
      const [before, after] = pair as unknown[];
      assertWhole("ZeroPad", `margins[${at}][0]`, before, -Infinity);
      assertWhole("ZeroPad", `margins[${at}][1]`, after, -Infinity);
      return [before, after] as const;
    });
  }

  /** @param x (…, one axis for each pair) @throws ShapeError if there are fewer axes, or more is cut off than there is */
  override forward(x: Tensor): Tensor {
    assertTensor("ZeroPad", "x", x);
    return inCall("ZeroPad", () => pad(x, this.margins));
  }

  override config(): readonly Argument[] {
    return [this.margins];
  }
}

/** The mean, or the largest, of each channel. */
export class GlobalPool extends Module {
  static override readonly name: string = "GlobalPool";
  readonly kind: "mean" | "max";
  readonly keepDims: boolean;

  /** @param keepDims whether the axes stay, with a size of 1 */
  constructor(kind: "mean" | "max", keepDims = false) {
    super();
    assertOneOf("GlobalPool", "kind", kind, ["mean", "max"]);
    assertBoolean("GlobalPool", "keepDims", keepDims);
    this.kind = kind;
    this.keepDims = keepDims;
  }

  /** @param x (batch, channels, …), an axis at least after those @returns (batch, channels) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertTensor("GlobalPool", "x", x);
    if (x.rank < 3) throw new ShapeError("GlobalPool", { x: x.shape }, "x must be (batch, channels, …)");
    const axes = Array.from({ length: x.rank - 2 }, (_, at) => at + 2);
    return inCall("GlobalPool", (): Tensor =>
      this.kind === "mean" ? mean(x, axes, this.keepDims) : max(x, axes, this.keepDims),
    );
  }

  override config(): readonly Argument[] {
    return this.keepDims ? [this.kind, true] : [this.kind];
  }
}

/** x · scale + offset: pixels of 0 to 255 as numbers of −1 to 1, say. */
export class Rescaling extends Module {
  static override readonly name: string = "Rescaling";
  readonly scale: number;
  readonly offset: number;

  constructor(scale: number, offset = 0) {
    super();
    assertFinite("Rescaling", "scale", scale);
    assertFinite("Rescaling", "offset", offset);
    this.scale = scale;
    this.offset = offset;
  }

  /** @param x any shape @returns the same shape */
  override forward(x: Tensor): Tensor {
    assertTensor("Rescaling", "x", x);
    return inCall("Rescaling", (): Tensor => x.mul(this.scale).add(this.offset));
  }

  override config(): readonly Argument[] {
    return [this.scale, this.offset];
  }
}
