import { type AnyTensor, apply, assign, defineOp, full, ops } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { real } from "../draw.ts";
import { nameOf } from "../inputs.ts";
import { opCase } from "../op-case.ts";
import { checkMisfits, isAlive } from "./misfit.ts";

const own = table.filter(({ op }) => op in ops);

describe.each(own)("the record of $name validates all of its inputs", ({ op, opCase: tested }) => {
  test.each(tested.rows.map((row) => [nameOf(row), row] as const))("%s", (_, row) => {
    expect(checkMisfits(op, tested, row)).toEqual([]);
    expect(isAlive()).toBe(true);
  });
});

describe("the runner of misfits", () => {
  const careless = (run: (y: AnyTensor, out: AnyTensor) => void): string[] => {
    const record = defineOp("careless", ["x", "y"], { shape: ({ x }) => x.shape, run: ({ y }, out) => run(y, out) });
    const planted = opCase({
      draws: [real, real],
      call: ([x, y]) => apply(record, { x, y }, undefined),
      reference: ([x]) => x,
      gradient: "first",
      rows: [],
      empty: { none: "planted" },
    });
    return checkMisfits("careless", planted, { inputs: [[2], [2]] });
  };

  test("accepts what is refused in words", () => {
    expect(careless((y, out) => assign(out, y.expand(out.shape)))).toEqual([]);
  });

  test("sees a bare error", () => {
    const wild = (y: AnyTensor): void => {
      if (y.rank === 0) throw new TypeError("cannot read properties");
    };
    expect(careless((y, out) => (wild(y), assign(out, full(out.shape, 1))))).toContain(
      "y without axes: TypeError: cannot read properties",
    );
  });

  test("sees a result that depends on more than the inputs", () => {
    let calls = 0;
    const changing = (_: AnyTensor, out: AnyTensor): void => assign(out, full(out.shape, calls++));
    expect(careless(changing)).toContainEqual(expect.stringMatching(/y depends on what lies beyond the inputs/));
  });
});
