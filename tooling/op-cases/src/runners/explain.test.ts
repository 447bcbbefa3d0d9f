import { customGrad } from "@unfoldjs/autograd";
import type { Shape, Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { real } from "../draw.ts";
import { nameOf } from "../inputs.ts";
import { opCase, type Row } from "../op-case.ts";
import { map } from "../reference/exact.ts";
import { checkExplanation } from "./explain.ts";

/** Each case's first two rows whose differences mean something. */
const explained = table.flatMap(({ name, opCase: tested }): [string, typeof tested, Row][] => {
  if (typeof tested.gradient === "object") return [];
  const rows = tested.rows.filter((row) => row.smooth !== false).slice(0, 2);
  return rows.map((row) => [`${name} ${nameOf(row)}`, tested, row]);
});

describe("the gradient of each op is explained, and right", () => {
  test.each(explained)("%s", (_, tested, row) => {
    expect(checkExplanation(tested, row)).toEqual([]);
  });
});

describe("the explanation runner", () => {
  const planted = (call: (x: Tensor<Shape>) => Tensor<Shape>): string[] =>
    checkExplanation(
      opCase({
        draws: [real],
        call: ([x]) => call(x),
        reference: ([x]) => map(x, (v) => v),
        gradient: "first",
        rows: [],
        empty: { none: "planted" },
      }),
      { inputs: [[2, 3]] },
    );

  test("accepts rules of the table", () => expect(planted((x) => x.tanh().square())).toEqual([]));

  test("sees a rule that is not told", () => {
    const untold = customGrad((x) => ({ value: x.mul(2), pullback: (dy) => [dy.mul(2)] }));
    expect(planted(untold)).toEqual([expect.stringMatching(/^a sign is not filled in/)]);
  });

  test("sees a gradient that is not its difference", () => {
    expect(planted((x) => x.mul(1e-3).abs())).toEqual([expect.stringMatching(/WRONG/)]);
  });
});
