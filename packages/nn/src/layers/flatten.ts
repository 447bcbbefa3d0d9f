import { flatten, type Tensor, assertWhole } from "@unfoldjs/tensor-core";
import type { Argument } from "../module/any-module.ts";
import { Module } from "../module/module.ts";

/** Merges axes `start` to `end`, both included, into one: by default all but the batch. */
export class Flatten extends Module {
  static override readonly name: string = "Flatten";
  readonly start: number;
  readonly end: number;

  constructor(start = 1, end = -1) {
    super();
    assertWhole("Flatten", "start", start, -Infinity);
    assertWhole("Flatten", "end", end, -Infinity);
    this.start = start;
    this.end = end;
  }
  /** @param x (batch, …) @returns (batch, features) */
  override forward(x: Tensor): Tensor {
    return flatten(x, this.start, this.end);
  }
  override config(): readonly Argument[] {
    return [this.start, this.end];
  }
}

/** Gives back what it was given. Takes the place of a layer that is left out. */
export class Identity extends Module {
  static override readonly name: string = "Identity";

  override forward(x: Tensor): Tensor {
    return x;
  }
  override config(): readonly Argument[] {
    return [];
  }
}
