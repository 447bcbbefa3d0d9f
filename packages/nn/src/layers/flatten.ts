import { flatten, type Flattened, type Shape, type Tensor, assertWhole } from "@unfoldjs/tensor-core";
import type { Argument } from "../module/any-module.ts";
import { Module } from "../module/module.ts";

/** Merges axes `start` to `end`, both included, into one: by default all but the batch. */
export class Flatten<Start extends number = 1, End extends number = -1> extends Module {
  static override readonly name: string = "Flatten";
  readonly start: Start;
  readonly end: End;

  constructor(start?: Start, end?: End);
  constructor(start: Start = 1 as Start, end: End = -1 as End) {
    super();
    assertWhole("Flatten", "start", start, -Infinity);
    assertWhole("Flatten", "end", end, -Infinity);
    this.start = start;
    this.end = end;
  }
  /** @param x (batch, …) @returns (batch, features) */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Flattened<S, Start, End>>;
  override forward(x: Tensor): Tensor {
    const { start, end }: { readonly start: number; readonly end: number } = this;
    return flatten(x, start, end);
  }
  override config(): readonly Argument[] {
    return [this.start, this.end];
  }
}

/** Gives back what it was given. Takes the place of a layer that is left out. */
export class Identity extends Module {
  static override readonly name: string = "Identity";

  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return x;
  }
  override config(): readonly Argument[] {
    return [];
  }
}
