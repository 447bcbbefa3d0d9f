import { type AnyTensor, apply, assign, defineOp, ops, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { real } from "../draw.ts";
import { nameOf } from "../inputs.ts";
import { opCase } from "../op-case.ts";
import { checkDirect } from "./direct.ts";

const own = table.filter(({ op }) => op in ops);

describe.each(own)("the record of $name minds how its inputs lie", ({ op, opCase: tested }) => {
  test.each(tested.rows.map((row) => [nameOf(row), row] as const))("%s", (_, row) => {
    expect(checkDirect(op, tested, row)).toEqual([]);
  });
});

describe("the runner of records", () => {
  /** A copy that reads a tensor as if it were contiguous, or that only pretends to copy. */
  const copying = (read: (x: AnyTensor) => AnyTensor) =>
    defineOp("careless", ["x"], { shape: ({ x }) => x.shape, run: ({ x }, out) => assign(out, read(x)) });
  const planted = (read: (x: AnyTensor) => AnyTensor, contiguousOnly: string[] = []): string[] => {
    const record = copying(read);
    const wrong = opCase({
      draws: [real],
      call: ([x]) => apply(record, { x: x.contiguous() }, undefined),
      reference: ([x]) => x,
      contiguousOnly,
      gradient: "first",
      rows: [],
      empty: { none: "planted" },
    });
    return checkDirect("careless", wrong, { inputs: [[2, 3]] });
  };

  test("accepts a record that takes any layout", () => expect(planted((x) => x)).toEqual([]));

  test("sees a record that ignores strides, where the function hides it", () => {
    const asIfDense = (x: AnyTensor): AnyTensor => (x.isContiguous ? x : x.flip());
    expect(planted(asIfDense)).toContainEqual(expect.stringMatching(/^transposed: element/));
  });

  test("sees a record that takes what its case says it refuses", () => {
    expect(planted((x) => x, ["x"])).toContain("stepped: x is not contiguous, and was not refused");
  });

  test("sees a case that is about another op", () => {
    const other = opCase({
      draws: [real],
      call: ([x]: readonly [Tensor<Shape>]) => x.neg(),
      reference: ([x]) => x,
      gradient: "first",
      rows: [],
      empty: { none: "planted" },
    });
    expect(checkDirect("exp", other, { inputs: [[2]] })).toEqual(["the case never calls exp"]);
  });
});
