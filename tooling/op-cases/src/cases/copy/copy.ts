import { cast, type castOps, clone, type copyOps, type DType } from "@unfoldjs/tensor-core";
import { elements, integers, real, truth } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase } from "../../op-case.ts";
import { map } from "../../reference/exact.ts";

const none = { none: "the result is of another kind than the input" } as const;
const WHOLE: readonly DType[] = ["i32", "u8", "bool"];

/** What a number becomes as an element of a dtype. */
function asElement(dtype: DType, x: number): number {
  if (dtype === "bool") return x === 0 ? 0 : 1;
  if (dtype === "u8") return Math.trunc(x) & 255;
  return dtype === "i32" ? Math.trunc(x) : Math.fround(x);
}

function castCase<D extends DType>(from: D, draw: ReturnType<typeof integers<D>>, to: readonly DType[]): OpCase {
  return opCase({
    variant: `from ${from}`,
    draws: [draw],
    call: ([x], { dtype }: { dtype: DType }) => cast(x, dtype),
    reference: ([x], { dtype }) => map(x, (value) => asElement(dtype, value)),
    gradient: none,
    rows: to.map((dtype) => ({ inputs: [[3, 11]] as const, attributes: { dtype } })),
    empty: to.map((dtype) => ({ inputs: [[3, 0]] as const, attributes: { dtype } })),
  });
}

export const copyCases: CasesOf<typeof copyOps> = {
  copy: [
    opCase({
      draws: [real],
      call: ([x]) => clone(x),
      reference: ([x]) => x,
      gradient: "second",
      rows: [{ inputs: [[3, 4, 5]] }, { inputs: [[]] }],
      empty: [{ inputs: [[0, 2]] }, { inputs: [[2, 0]] }],
      speed: [{ inputs: [[512, 512]] }],
    }),
    opCase({
      variant: "u8",
      draws: [integers(0, 255, "u8")],
      call: ([x]) => clone(x),
      reference: ([x]) => x,
      gradient: { none: "whole numbers" },
      rows: [{ inputs: [[3, 4, 5]] }, { inputs: [[7]] }],
      empty: [{ inputs: [[0]] }],
    }),
  ],
};

export const castCases: CasesOf<typeof castOps> = {
  cast: [
    castCase("f32", elements([0, 1.9, -0.5, 200.5, 3, 77.7]), ["i32", "u8", "bool"]),
    castCase("i32", integers(-300, 300), ["f32", "u8", "bool"]),
    castCase("u8", integers(0, 255, "u8"), ["f32", "i32", "bool"]),
    castCase("bool", truth, ["f32", ...WHOLE.slice(0, 2)]),
  ],
};
