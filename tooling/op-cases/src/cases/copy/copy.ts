import { cast, type castOps, clone, type copyOps, type DType, scope } from "@unfoldjs/tensor-core";
import { type Draw, elements, integers, real, STORAGE, truth } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase } from "../../op-case.ts";
import { castTo } from "../../reference/elements.ts";
import { map } from "../../reference/exact.ts";

const none = { none: "the result is of another kind than the input" } as const;
const ALL: readonly DType[] = ["f32", "i32", "u8", "bool", "f16", "bf16", "i8"];

/** From one dtype to every other, and of nothing. */
function castCase<D extends DType>(draw: Draw<D>): OpCase {
  const from = draw.dtype;
  const others = ALL.filter((dtype) => dtype !== from);
  return opCase<readonly [Draw<D>], { readonly dtype: DType }>({
    variant: `from ${from}`,
    draws: [draw],
    call: ([x], { dtype }) => cast(x, dtype),
    reference: ([x], { dtype }) => map(x, (value) => castTo(dtype, from, value)),
    gradient: none,
    rows: others.map((dtype) => ({ inputs: [[3, 11]] as const, attributes: { dtype }, tolerance: 0 })),
    empty: others.map((dtype) => ({ inputs: [[3, 0]] as const, attributes: { dtype } })),
    speed: from === "bool" ? [] : [{ inputs: [[512, 512]], attributes: { dtype: from === "f32" ? "f16" : "f32" } }],
  });
}

/** Ends of ranges and beyond, ties of each float's rounding, the least numbers, and what is no number. */
const FLOATS = [0, -0, 1.9, -0.5, 200.5, -129.5, 3e9, -3e9, 65519.99, 65520, 1 + 2 ** -11, 1 + 3 * 2 ** -11];
const TINY = [2 ** -25, 1.5 * 2 ** -24, 1e-40, NaN, Infinity, -Infinity, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 3.4e38];

function copyCase<D extends DType>(draw: Draw<D>): OpCase {
  return opCase({
    variant: draw.dtype,
    draws: [draw],
    call: ([x]) => clone(x),
    reference: ([x]) => x,
    gradient: { none: "not f32" },
    rows: [{ inputs: [[3, 4, 5]] }, { inputs: [[7]] }],
    empty: [{ inputs: [[0, 2]] }],
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
    copyCase(integers(0, 255, "u8")),
    ...STORAGE.map(copyCase<DType>),
  ],
};

export const castCases: CasesOf<typeof castOps> = {
  cast: [
    // Rounding to a coarser float is a staircase, and its gradient that of the slope behind it: steps are wide here.
    opCase({
      variant: "there and back",
      draws: [real],
      call: ([x], { dtype }: { readonly dtype: "f16" | "bf16" }) => scope(() => cast(cast(x, dtype), "f32")),
      reference: ([x], { dtype }: { readonly dtype: "f16" | "bf16" }) => map(x, (value) => castTo(dtype, "f32", value)),
      gradient: "first",
      gradcheck: { step: 1, absolute: 2e-2 },
      rows: [
        { inputs: [[3, 7]], attributes: { dtype: "f16" } },
        { inputs: [[3, 7]], attributes: { dtype: "bf16" } },
      ],
      empty: [{ inputs: [[0, 2]], attributes: { dtype: "f16" } }],
    }),
    castCase(elements([...FLOATS, ...TINY])),
    castCase(elements([0, 1, -1, 300, -300, 255, 256, 2049, 16_777_217, 2 ** 31 - 2, -(2 ** 31)], "i32")),
    castCase(integers(0, 255, "u8")),
    castCase(truth),
    castCase(elements([...FLOATS, ...TINY], "f16")),
    castCase(elements([...FLOATS, ...TINY], "bf16")),
    castCase(integers(-128, 127, "i8")),
  ],
};
