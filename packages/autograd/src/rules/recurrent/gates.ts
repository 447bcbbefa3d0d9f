import type { Shape, Tensor } from "@unfoldjs/tensor-core";
import { type Named, savedAs, type Some, type Wanted } from "../../row/row.ts";
import { overTime, rows, withinLengths } from "./products.ts";

/** What a gradient function is told of the call. */
export interface Facts<Attributes> {
  readonly attributes: Attributes;
  readonly shapes: Readonly<Record<string, Shape>>;
}

type Savers = "x" | "weightIh" | "weightHh" | "biasIh" | "biasHh" | "h0";

/** What the gradient of each input takes: `all` of them these, some one more. */
export function saves<const All extends string>(
  ...all: readonly All[]
): Readonly<Record<Savers, readonly (All | "x" | "weightIh" | "h0")[]>> {
  return {
    x: [...all, "weightIh"],
    weightIh: [...all, "x"],
    weightHh: [...all, "h0"],
    biasIh: all,
    biasHh: all,
    h0: all,
  };
}

/** The lengths of a call that has them. */
export function lengthsOf(saved: Some): Tensor<Shape, "i32"> | undefined {
  const { lengths } = saved;
  return lengths === undefined ? undefined : savedAs(lengths, "i32");
}

/**
 * The gradients of what the gates are sums of, but for what comes from the state: one product over all time steps each.
 * @param gradients of the gates' sums, and of their parts that come from the state
 */
export function throughGates(
  { gates, stateGates }: Named<"gates" | "stateGates">,
  saved: Some,
  { shapes }: Facts<unknown>,
  wanted: Wanted<"x" | "weightIh" | "biasIh" | "biasHh">,
): Some<"x" | "weightIh" | "biasIh" | "biasHh"> {
  const { x, weightIh } = saved as Named<"x" | "weightIh">;
  const isOneBias = gates === stateGates && wanted.biasIh !== undefined;
  const biasIh = wanted.biasIh && rows(gates).sum(0);
  const biasHh = wanted.biasHh && (isOneBias ? biasIh : rows(stateGates).sum(0));
  return {
    ...(wanted.x && {
      x: rows(gates)
        .matmul(weightIh)
        .reshape(shapes["x"] ?? []),
    }),
    ...(wanted.weightIh && { weightIh: overTime(wanted.weightIh.into, gates, withinLengths(x, lengthsOf(saved))) }),
    ...(biasIh && { biasIh }),
    ...(biasHh && { biasHh }),
  };
}
