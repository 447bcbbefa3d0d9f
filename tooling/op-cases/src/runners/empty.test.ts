import { setTimeout as pause } from "node:timers/promises";
import { add, runtime, scope, type Shape, ShapeError, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { beforeAll, describe, expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { real } from "../draw.ts";
import { nameOf } from "../inputs.ts";
import { type OpCase, opCase } from "../op-case.ts";
import { map } from "../reference/exact.ts";
import { checkEmptied, isEmpty } from "./empty.ts";
import { checkGradient } from "./gradient.ts";
import { checkValue } from "./value.ts";

const rowsOf = ({ empty }: OpCase): OpCase["rows"] => ("none" in empty ? [] : empty);

// Kernels share nothing among two threads in another way than something.
beforeAll(async () => {
  runtime.configure({ threads: 2 });
  scope(() => zeros([512, 512]).matmul(zeros([512, 512])));
  while (runtime.info().threads < 2) await pause(5);
});

describe.each(table)("$name without elements, on two threads", ({ opCase: tested }) => {
  test("has rows, or says why not", () => {
    const { empty } = tested;
    expect("none" in empty ? empty.none : empty.length).toBeTruthy();
    expect(rowsOf(tested).filter((row) => !isEmpty(tested, row))).toEqual([]);
  });

  test.each(rowsOf(tested).map((row) => [nameOf(row), row] as const))("%s", (_, row) => {
    expect([...checkValue(tested, row), ...checkGradient(tested, row)]).toEqual([]);
  });

  test("is right or refused when the elements of its other rows are taken away", () => {
    expect(tested.rows.flatMap((row) => checkEmptied(tested, row))).toEqual([]);
  });
});

describe("the runner of rows without elements", () => {
  const planted = (call: (x: Tensor<Shape>) => Tensor<Shape>): string[] => {
    const wrong = opCase({
      draws: [real],
      call: ([x]) => call(x),
      reference: ([x]) => map(x, (value) => value + 1),
      gradient: "first",
      rows: [],
      empty: { none: "planted" },
    });
    return checkEmptied(wrong, { inputs: [[2, 3]] });
  };
  const one = zeros([]).add(1);

  test("accepts a call that is right, and one that is refused", () => {
    expect(planted((x) => add(x, one))).toEqual([]);
    const refuse = (): never => {
      throw new ShapeError("planted", {}, "takes some");
    };
    expect(planted((x) => (x.size === 0 ? refuse() : add(x, one)))).toEqual([]);
  });

  test("sees a wrong shape and a wrong value", () => {
    expect(planted((x) => (x.size === 0 ? zeros([]) : add(x, one)))).toContain("[0, 3]: shape [], wanted [0, 3]");
  });

  test("sees an error that nobody can make anything of, and a gradient that cannot be had", () => {
    const confused = (x: Tensor<Shape>): Tensor<Shape> => {
      if (x.size === 0) throw new TypeError("x[0] is undefined");
      return add(x, one);
    };
    expect(planted(confused)).toContain("[2, 0]: TypeError: x[0] is undefined");
    const late = (x: Tensor<Shape>): Tensor<Shape> => {
      const y = add(x, one);
      if (x.size === 0 && y.id % 1 === 0 && calls++ > 0) throw new ShapeError("planted", {}, "not again");
      return y;
    };
    let calls = 0;
    expect(planted(late)).toContain("[0, 3]: its gradient: ShapeError: planted: not again");
  });
});
