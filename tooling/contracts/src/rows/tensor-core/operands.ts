import * as kind from "../../kinds.ts";
import { call } from "../../row.ts";

const { tensorOf } = kind;

export const x = tensorOf([2, 3]);
export const truths = tensorOf([2, 3], "bool");
export const images = tensorOf([1, 2, 4, 4]);
export const unary = call({ x });
export const table = tensorOf([4, 3]);
export const work = kind.callable(() => undefined);

/** A place along one axis, or places: what `at` takes for each. */
export const atIndex: kind.Kind = {
  make: () => 0,
  takes: [
    "zero",
    "two",
    "null",
    "a tensor of i32",
    "a tensor of bool",
    "a scalar tensor",
    "an empty array",
    "an array of numbers",
  ],
  said: ["indices"],
};

/** The same row for several exports. */
export function each<const Name extends string, R>(names: readonly Name[], row: R): { readonly [N in Name]: R } {
  return Object.fromEntries(names.map((name) => [name, row])) as { readonly [N in Name]: R };
}
