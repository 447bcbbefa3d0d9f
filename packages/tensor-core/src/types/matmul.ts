import type { Broadcast, Fits, Mismatch, Show } from "./broadcast.ts";
import type { IsFixedRank, Same, Shape } from "./shape.ts";

type Split<S extends Shape> = S extends readonly [
  ...infer Batch extends Shape,
  infer Rows extends number,
  infer Columns extends number,
]
  ? { batch: Batch; rows: Rows; columns: Columns }
  : never;

/** The shape of `A @ B` (PyTorch's rules: vectors gain an axis for the product and lose it after; batches broadcast). */
export type MatMul<A extends Shape, B extends Shape> = [IsFixedRank<A>, IsFixedRank<B>] extends [true, true]
  ? A extends readonly [number]
    ? B extends readonly [number]
      ? []
      : [...Split<B>["batch"], Split<B>["columns"]]
    : B extends readonly [number]
      ? [...Split<A>["batch"], Split<A>["rows"]]
      : [...Broadcast<Split<A>["batch"], Split<B>["batch"]>, Split<A>["rows"], Split<B>["columns"]]
  : Shape;

type Inner<A extends Shape> = A extends readonly [...Shape, infer Last extends number] ? Last : number;
type InnerOfRight<B extends Shape> = B extends readonly [infer Only extends number]
  ? Only
  : B extends readonly [...Shape, infer Rows extends number, number]
    ? Rows
    : number;
type BatchFits<A extends Shape, B extends Shape> = [Split<A>, Split<B>] extends [
  { batch: infer ABatch extends Shape },
  { batch: infer BBatch extends Shape },
]
  ? Fits<ABatch, BBatch>
  : unknown;

/** `unknown` where the last axis of `S` may have so many features; else a `Mismatch`. */
export type HasFeatures<S extends Shape, In extends number> = [Same<Inner<S>, In>] extends [never]
  ? Mismatch<`shape ${Show<S>} has ${Inner<S>} features, and ${In} are taken`>
  : unknown;

/** The shape with other features along the last axis. */
export type WithFeatures<S extends Shape, Out extends number> = S extends readonly [
  ...infer Batch extends Shape,
  number,
]
  ? [...Batch, Out]
  : Shape;

/** `unknown` where `A @ B` is defined, as far as the types tell; else a `Mismatch`. */
export type CanMatMul<A extends Shape, B extends Shape> = [IsFixedRank<A>, IsFixedRank<B>] extends [true, true]
  ? A extends readonly []
    ? Mismatch<"matmul needs at least one axis on the left">
    : B extends readonly []
      ? Mismatch<"matmul needs at least one axis on the right">
      : [Same<Inner<A>, InnerOfRight<B>>] extends [never]
        ? Mismatch<`matmul of ${Show<A>} and ${Show<B>}: ${Inner<A>} columns on the left, ${InnerOfRight<B>} rows on the right`>
        : BatchFits<A, B>
  : unknown;
