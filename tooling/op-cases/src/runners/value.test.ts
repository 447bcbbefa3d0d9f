import { relu, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { real } from "../draw.ts";
import { nameOf } from "../inputs.ts";
import { opCase } from "../op-case.ts";
import { map } from "../reference/exact.ts";
import { checkValue } from "./value.ts";

describe.each(table)("$name gives what its reference gives", ({ opCase: tested }) => {
  test.each(tested.filled.map((row) => [nameOf(row), row] as const))("%s", (_, row) => {
    expect(checkValue(tested, row)).toEqual([]);
  });
});

describe("the value runner", () => {
  const planted = (call: (x: Tensor<Shape>) => Tensor<Shape>): string[] => {
    const wrong = opCase({
      draws: [real],
      call: ([x]) => call(x),
      reference: ([x]) => map(x, (v) => Math.max(v, 0)),
      gradient: "first",
      rows: [],
      empty: { none: "planted" },
    });
    return checkValue(wrong, { inputs: [[2, 5]] });
  };

  test("accepts the right values", () => expect(planted(relu)).toEqual([]));

  test("sees an error of a hundred-thousandth", () => {
    expect(planted((x) => relu(x).add(1e-5))).toContainEqual(
      expect.stringMatching(/^contiguous: element 0 is .*, wanted /),
    );
  });

  test("sees a wrong shape", () => {
    expect(planted((x) => relu(x).reshape([5, 2]))).toContainEqual("contiguous: shape [5, 2], wanted [2, 5]");
  });

  test("sees a result that is missing, or that nobody asked for, and which of several is wrong", () => {
    const several = (call: (x: Tensor<Shape>) => Readonly<Record<string, Tensor<Shape>>>): string[] => {
      const wrong = opCase({
        draws: [real],
        call: ([x]) => call(x),
        reference: ([x]) => ({ same: x, negated: map(x, (v) => -v) }),
        gradient: "first",
        rows: [],
        empty: { none: "planted" },
      });
      return checkValue(wrong, { inputs: [[1]] });
    };
    expect(several((x) => ({ same: x.clone(), negated: x.neg() }))).toEqual([]);
    expect(several((x) => ({ same: x.clone() }))).toContain("contiguous: results same, wanted negated,same");
    expect(several((x) => ({ same: x.clone(), negated: x.clone() }))).toContainEqual(
      expect.stringMatching(/^contiguous: negated: element 0 is /),
    );
  });

  test("sees an op that ignores strides", () => {
    const asIfDense = (x: Tensor<Shape>): Tensor<Shape> => (x.isContiguous ? relu(x) : relu(x.flip()));
    expect(planted(asIfDense)).toContainEqual(expect.stringMatching(/^transposed: element/));
  });
});
