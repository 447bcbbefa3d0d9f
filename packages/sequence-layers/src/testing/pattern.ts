import type { Module } from "@unfoldjs/nn";
import { scope, type Shape, sizeOf, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { expect } from "vitest";

/** As `values` of tooling/oracle/sequence-attention/pattern.py: sin(12.9898 i + 78.233 salt) · scale. */
export function values<const S extends Shape>(shape: S, salt: number, scale = 1): Tensor<S> {
  const numbers = Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(12.9898 * i + 78.233 * salt) * scale);
  return tensor(numbers).reshape<Shape, Shape>(shape) as Tensor<S>;
}

/** As tooling/oracle/sequence makes inputs and weights. */
export function pattern(shape: Shape, salt: number): Tensor {
  return values(shape, salt, 0.8);
}

/** As `fill` there: weights by their names in order. */
export function fill<M extends Module>(module: M): M {
  scope(() => {
    for (const [at, [, weight]] of sortedWeights(module).entries()) weight.assign(values(weight.shape, 40 + at, 0.7));
  });
  return module;
}

/** Weights by their names in a state dict, in order. */
export function sortedWeights(module: Module): [name: string, weight: Tensor][] {
  const named = Object.entries(module.stateDict()) as [string, Tensor][];
  return named.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** One number of a tensor, by weights that both sides make. */
export function weighted(x: Tensor, salt = 7): Tensor {
  return x.mul<Shape, Shape>(values(x.shape, salt)).sum();
}

/** Matchers for numbers that are these, up to a share and as much of 1. */
export function close(wanted: readonly number[], tolerance = 2e-5): unknown[] {
  return wanted.map((value) =>
    expect.toSatisfy((got) => Math.abs(Number(got) - value) <= tolerance * (1 + Math.abs(value)), `${value}`),
  );
}

/** Where `found` is not `wanted`, in words. */
export function differences(name: string, found: Tensor | undefined, wanted: string, tolerance = 2e-5): string[] {
  const [got, numbers] = [Array.from(found?.data() ?? []), wanted.split(" ").map(Number)];
  if (got.length !== numbers.length) return [`${name}: ${got.length} elements, not ${numbers.length}`];
  return got.flatMap((value, i) => {
    const want = numbers[i] as number;
    const agrees = Math.abs(value - want) < tolerance * (1 + Math.abs(want));
    return agrees ? [] : [`${name}: element ${i} is ${value}, not ${want}`];
  });
}
