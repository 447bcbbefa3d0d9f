import {
  DTypeError,
  eye,
  fromArray,
  scope,
  ShapeError,
  type Shape,
  svd,
  type svdOps,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { elements, integers, real } from "../../draw.ts";
import { type ByName, type CasesOf, opCase } from "../../op-case.ts";
import { svdOf, units } from "../../reference/decompose.ts";
import { build, type Exact, read } from "../../reference/exact.ts";

interface Attributes {
  readonly full: boolean;
}

/** Singular values that lie apart whatever is added to it: 3, 6, 9 … on the diagonal. */
const STEP = 3;
const SHARE = 0.25;

function spread(x: Tensor): Tensor {
  const [rows, columns] = [x.shape.at(-2) ?? 0, x.shape.at(-1) ?? 0];
  const steps = fromArray<Shape>(
    Float32Array.from({ length: columns }, (_, j) => STEP * (j + 1)),
    [columns],
  );
  return x.mul(SHARE).add((eye(rows, columns) as Tensor).mul(steps));
}

const exactSpread = (x: Exact): Exact =>
  build(x.shape, (index) => {
    const [i, j] = [index.at(-2) ?? 0, index.at(-1) ?? 0];
    return Math.fround(read(x, index) * SHARE) + (i === j ? STEP * (j + 1) : 0);
  });

/** The vectors that singular values have. */
function first({ u, s, vh }: ReturnType<typeof svd>): Record<"u" | "s" | "vh", Tensor> {
  const few = s.shape.at(-1) ?? 0;
  return { u: (u as Tensor).slice(-1, 0, few), s, vh: (vh as Tensor).slice(-2, 0, few) };
}

const errors = [
  { inputs: [[3]], attributes: { full: true }, throws: ShapeError, message: /takes matrices/ },
  {
    inputs: [{ shape: [2, 2], draw: integers(0, 3) }],
    attributes: { full: true },
    throws: DTypeError,
    message: /takes f32/,
  },
  {
    inputs: [{ shape: [2, 2], draw: elements([1, NaN]) }],
    attributes: { full: true },
    throws: ValueError,
    message: /must be finite/,
  },
  {
    inputs: [{ shape: [2, 2], draw: elements([1, 2, -Infinity]) }],
    attributes: { full: false },
    throws: ValueError,
    message: /must be finite/,
  },
] as const;
const empty = [
  { inputs: [[0, 3]], attributes: { full: true } },
  { inputs: [[0, 3]], attributes: { full: false } },
  { inputs: [[3, 0]], attributes: { full: true } },
  { inputs: [[0, 2, 2]], attributes: { full: false } },
] as const;

export const svdCases: CasesOf<typeof svdOps> = {
  svd: [
    opCase({
      draws: [real],
      call: ([x], { full }: Attributes): ByName<Tensor> =>
        scope(() => {
          const whole = svd<Shape>(x, { fullMatrices: full });
          const { u, s, vh } = first(whole);
          const [us, vs] = [whole.u as Tensor, whole.vh as Tensor];
          return {
            s,
            back: u.mul(s.unsqueeze(-2)).matmul(vh),
            unitU: us.transpose().matmul(us),
            unitV: vs.matmul(vs.transpose()),
          };
        }),
      reference: ([x], { full }) => {
        const batch = x.shape.slice(0, -2);
        const [rows, columns] = [x.shape.at(-2) ?? 0, x.shape.at(-1) ?? 0];
        const few = Math.min(rows, columns);
        const { s } = svdOf(x);
        const [unitU, unitV] = [units(batch, full ? rows : few), units(batch, full ? columns : few)];
        return { s, back: x, unitU, unitV };
      },
      gradient: { none: "the case of values that lie apart has it" },
      rows: [
        { inputs: [[5, 3]], attributes: { full: false } },
        { inputs: [[5, 3]], attributes: { full: true } },
        { inputs: [[3, 6]], attributes: { full: true } },
        { inputs: [[2, 3, 4]], attributes: { full: false } },
        { inputs: [[3, 2, 4, 4]], attributes: { full: true } },
        { inputs: [[1, 1]], attributes: { full: true } },
        { inputs: [{ shape: [6, 4], draw: elements([1]) }], attributes: { full: true } },
        { inputs: [{ shape: [3, 3], draw: elements([0]) }], attributes: { full: true } },
        { inputs: [{ shape: [2, 17], draw: elements([1, 2, 4, -1]) }], attributes: { full: true }, tolerance: 5e-6 },
      ],
      empty,
      errors,
      speed: [{ inputs: [[128, 128]], attributes: { full: false } }],
    }),
    opCase({
      variant: "of values that lie apart",
      draws: [real],
      call: ([x], { full }: Attributes): ByName<Tensor> =>
        scope(() => first(svd<Shape>(spread(x), { fullMatrices: full }))),
      reference: ([x]) => svdOf(exactSpread(x)),
      gradient: "second",
      rows: [
        { inputs: [[3, 3]], attributes: { full: true } },
        { inputs: [[5, 3]], attributes: { full: false } },
        { inputs: [[2, 4]], attributes: { full: false } },
        { inputs: [[2, 4, 3]], attributes: { full: true } },
        { inputs: [[2, 2, 3]], attributes: { full: true } },
      ],
      empty,
    }),
  ],
};
