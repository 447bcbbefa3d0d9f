import { type Claim, claimOf } from "@unfoldjs/autograd";
import { cumsum, exp, linear, matmul, mul, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { ops, table } from "../cases/index.ts";
import { real } from "../draw.ts";
import { type OpCase, opCase } from "../op-case.ts";
import { checkClaim } from "./claim.ts";

const claiming = table.flatMap((entry) => {
  if (ops.get(entry.op) !== true) return [];
  const claim = claimOf(entry.op);
  return claim.kind === "custom" || claim.kind === "fused" ? [] : [{ ...entry, claim }];
});

describe("what autograd's table claims is so", () => {
  test.each(claiming.map((entry) => [`${entry.name} is ${entry.claim.kind}`, entry] as const))(
    "%s",
    (_, { op, opCase: tested, claim }) => {
      expect(tested.rows.flatMap((row) => checkClaim(op, claim, tested, row))).toEqual([]);
    },
  );
});

describe("the runner of claims", () => {
  const planted = (call: (inputs: readonly Tensor<Shape>[]) => Tensor<Shape>, inputs: number): OpCase =>
    opCase({
      draws: Array.from({ length: inputs }, () => real),
      call: (tensors) => call(tensors),
      reference: ([x]) => x ?? { shape: [], values: [] },
      gradient: { none: "planted" },
      rows: [],
      empty: { none: "planted" },
    });
  const unary = (call: (x: Tensor<Shape>) => Tensor<Shape>): OpCase => planted(([x]) => call(x as Tensor<Shape>), 1);
  const binary = (call: (a: Tensor<Shape>, b: Tensor<Shape>) => Tensor<Shape>): OpCase =>
    planted(([a, b]) => call(a as Tensor<Shape>, b as Tensor<Shape>), 2);
  const layer = planted(([x, weight, bias]) => linear(x as Tensor, weight as Tensor, bias), 3);
  const claim = (kind: Claim["kind"], names: readonly string[], additive: readonly string[] = []): Claim => ({
    kind,
    inputs: names,
    additive,
  });
  const square = { inputs: [[2, 2]] } as const;
  const squares = {
    inputs: [
      [2, 2],
      [2, 2],
    ],
  } as const;
  const layered = { inputs: [[3, 2], [4, 2], [4]] } as const;
  const found = (op: string, claimed: Claim, tested: OpCase): string[] =>
    checkClaim(op, claimed, tested, tested === layer ? layered : tested.draws.length === 1 ? square : squares);

  test("accepts what is true", () => {
    const running = unary((x) => cumsum(x, 0));
    expect(found("cumsum", claim("linear", ["x"]), running)).toEqual([]);
    expect(
      found(
        "mul",
        claim("multilinear", ["a", "b"]),
        binary((a, b) => mul(a, b)),
      ),
    ).toEqual([]);
    expect(
      found(
        "mul",
        claim("elementwise", ["a", "b"]),
        binary((a, b) => mul(a, b)),
      ),
    ).toEqual([]);
    expect(found("linear", claim("multilinear", ["x", "weight", "bias"], ["bias"]), layer)).toEqual([]);
  });

  test("sees what is not linear", () => {
    expect(found("exp", claim("linear", ["x"]), unary(exp))).toEqual([
      expect.stringMatching(/^not linear in x: element 0 of y is /),
    ]);
  });

  test("sees what is linear in each input and not in all together", () => {
    const product = binary((a, b) => mul(a, b));
    expect(found("mul", claim("linear", ["a", "b"]), product)).toEqual([expect.stringMatching(/^not linear in a, b/)]);
  });

  test("sees what is linear in one input and not in the other", () => {
    const quotient = binary((a, b) => a.div(b));
    expect(found("div", claim("multilinear", ["a", "b"]), quotient)).toEqual([
      expect.stringMatching(/^not linear in b alone/),
    ]);
  });

  test("sees a bias that was not said to be added", () => {
    expect(found("linear", claim("multilinear", ["x", "weight", "bias"]), layer)).toEqual([
      expect.stringMatching(/^not linear in x alone/),
      expect.stringMatching(/^not linear in weight alone/),
      expect.stringMatching(/^not linear in bias alone/),
    ]);
  });

  test("sees that an input is more than added", () => {
    const product = binary((a, b) => mul(a, b));
    expect(found("mul", claim("multilinear", ["a", "b"], ["b"]), product)).toEqual([
      expect.stringMatching(/^b is not only added/),
    ]);
  });

  test("sees an element that is touched by another, and a shape that is not the inputs' own", () => {
    const running = unary((x) => cumsum(x, 1));
    expect(found("cumsum", claim("elementwise", ["x"]), running)).toContain("element 0 of x changes element 1 of y");
    const product = planted(([a, b]) => matmul(a as Tensor<[3, 2]>, b as Tensor<[2, 3]>), 2);
    const rows = {
      inputs: [
        [1, 2],
        [2, 1],
      ],
    } as const;
    expect(checkClaim("matmul", claim("elementwise", ["a", "b"]), product, rows)).toEqual([
      "y has shape [1, 1], not [2, 2]",
    ]);
  });
});
