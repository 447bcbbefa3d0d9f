import {
  DTypeError,
  eigh,
  type eighOps,
  eye,
  fromArray,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { type Draw, elements, integers, real } from "../../draw.ts";
import { type ByName, type CasesOf, opCase } from "../../op-case.ts";
import { eighOf, units } from "../../reference/decompose.ts";
import { build, type Exact, read } from "../../reference/exact.ts";

interface Attributes {
  readonly uplo?: "L" | "U";
}

/** The symmetric matrix that one triangle is of, or their mean. */
function symmetric(x: Exact, uplo: "L" | "U" | undefined): Exact {
  return build(x.shape, (index) => {
    const [i, j] = [index.at(-2) ?? 0, index.at(-1) ?? 0];
    const [low, high] = [Math.min(i, j), Math.max(i, j)];
    const [lower, upper] = [
      [high, low],
      [low, high],
    ].map((at) => read(x, [...index.slice(0, -2), ...at])) as [number, number];
    return uplo === undefined ? (lower + upper) / 2 : uplo === "L" ? lower : upper;
  });
}

/** Eigenvalues that lie apart whatever is added to it: 4, 8, 12 … on the diagonal. */
const STEP = 4;
const SHARE = 0.125;

function spread(x: Tensor): Tensor {
  const size = x.shape.at(-1) ?? 0;
  if (x.shape.at(-2) !== size) return x; // is refused, where the sum with its transpose would be square
  const steps = fromArray<Shape>(
    Float32Array.from({ length: size }, (_, j) => STEP * (j + 1)),
    [size],
  );
  return x
    .add(x.transpose())
    .mul(SHARE)
    .add((eye(size) as Tensor).mul(steps));
}

const exactSpread = (x: Exact): Exact =>
  build(x.shape, (index) => {
    const [batch, i, j] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
    return SHARE * (read(x, [...batch, i, j]) + read(x, [...batch, j, i])) + (i === j ? STEP * (j + 1) : 0);
  });

const empty: readonly { readonly inputs: readonly [Shape]; readonly attributes: Attributes }[] = [
  { inputs: [[0, 0]], attributes: { uplo: "L" } },
  { inputs: [[0, 3, 3]], attributes: { uplo: "U" } },
];

export const eighCases: CasesOf<typeof eighOps> = {
  eigh: [
    opCase<readonly [Draw<"f32">], Attributes>({
      draws: [real],
      call: ([x], { uplo }): ByName<Tensor> =>
        scope(() => {
          const { eigenvalues, eigenvectors } = eigh<Shape>(x, uplo === undefined ? {} : { uplo });
          const q = eigenvectors as Tensor;
          return {
            eigenvalues,
            back: q.mul(eigenvalues.unsqueeze(-2)).matmul(q.transpose()),
            unit: q.transpose().matmul(q),
          };
        }),
      reference: ([x], { uplo }) => {
        const matrix = symmetric(x, uplo);
        const { eigenvalues } = eighOf(matrix);
        return { eigenvalues, back: matrix, unit: units(x.shape.slice(0, -2), x.shape.at(-1) ?? 0) };
      },
      gradient: { none: "the case of values that lie apart has it" },
      rows: [
        { inputs: [[4, 4]], attributes: {} },
        { inputs: [[4, 4]], attributes: { uplo: "L" } },
        { inputs: [[4, 4]], attributes: { uplo: "U" } },
        { inputs: [[2, 3, 3]], attributes: { uplo: "L" } },
        { inputs: [[9, 9]], attributes: { uplo: "U" } },
        { inputs: [[1, 1]], attributes: { uplo: "L" } },
        { inputs: [{ shape: [5, 5], draw: elements([1]) }], attributes: { uplo: "L" } },
        { inputs: [{ shape: [5, 5], draw: elements([0]) }], attributes: { uplo: "L" } },
      ],
      empty,
      errors: [
        { inputs: [[3, 4]], attributes: { uplo: "L" }, throws: ShapeError, message: /must be square/ },
        { inputs: [[3]], attributes: { uplo: "L" }, throws: ShapeError, message: /takes matrices/ },
        {
          inputs: [{ shape: [2, 2], draw: integers(0, 3) }],
          attributes: { uplo: "L" },
          throws: DTypeError,
          message: /takes f32/,
        },
        {
          inputs: [{ shape: [2, 2], draw: elements([1, 2, NaN]) }],
          attributes: { uplo: "L" },
          throws: ValueError,
          message: /must be finite/,
        },
      ],
      speed: [{ inputs: [[128, 128]], attributes: { uplo: "L" } }],
    }),
    opCase<readonly [Draw<"f32">], Attributes>({
      variant: "of values that lie apart",
      draws: [real],
      call: ([x], { uplo }): ByName<Tensor> =>
        scope(() => ({ ...eigh<Shape>(spread(x), uplo === undefined ? {} : { uplo }) })) as ByName<Tensor>,
      reference: ([x]) => eighOf(exactSpread(x)),
      gradient: "second",
      rows: [
        { inputs: [[3, 3]], attributes: {} },
        { inputs: [[2, 4, 4]], attributes: {} },
        { inputs: [[3, 3]], attributes: { uplo: "U" } },
      ],
      empty,
    }),
  ],
};
