import { grad } from "@unfoldjs/autograd";
import {
  DTypeError,
  type Handler,
  ops as records,
  scope,
  ShapeError,
  type Tensor,
  withHandler,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { targetsOf, withInputs } from "../inputs.ts";
import type { Row } from "../op-case.ts";
import { ops, table } from "./index.ts";

describe("the table of cases", () => {
  test("has at least one case with rows for every op", () => {
    const covered = new Set(table.filter(({ opCase }) => opCase.rows.length > 0).map(({ op }) => op));
    expect([...ops.keys()].filter((op) => !covered.has(op))).toEqual([]);
  });

  test("has a gradient case for every op that has a gradient, and only for those", () => {
    const smooth = new Set(table.filter(({ opCase }) => typeof opCase.gradient === "string").map(({ op }) => op));
    expect([...ops].filter(([op, hasGradient]) => smooth.has(op) !== hasGradient)).toEqual([]);
  });

  const refuses = (error: typeof ShapeError | typeof DTypeError): Set<string> =>
    new Set(table.filter(({ opCase: { errors } }) => errors.some((row) => row.throws === error)).map(({ op }) => op));

  test("has a row of a wrong shape for every op whose inputs must fit together", () => {
    const [refused, several] = [refuses(ShapeError), Object.values(records).filter(({ inputs }) => inputs.length > 1)];
    expect(several.filter(({ name }) => !refused.has(name)).map(({ name }) => name)).toEqual([]);
  });

  test("has a row of a wrong dtype for every op that minds", () => {
    const refused = refuses(DTypeError);
    // What only moves or counts elements takes all of them, and a draw has no inputs.
    const any = new Set(["cast", "copy", "nonZero", "sliceGradient", "sum"]);
    const minding = Object.values(records).filter(
      ({ kind, name, inputs }) => kind !== "view" && !any.has(name) && (inputs.length > 0 || name === "concat"),
    );
    expect(minding.filter(({ name }) => !refused.has(name)).map(({ name }) => name)).toEqual([]);
  });

  test("tells cases of one op apart", () => {
    const names = table.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

test.each(table)("all that $name comes down to, and its gradient, is in the core's table", ({ opCase }) => {
  const seen = new Set<string>();
  const spy: Handler = { name: "spy", handle: (call, next) => (seen.add(call.op.name), next()) };
  const [row] = opCase.filled as readonly [Row];
  withHandler(spy, () =>
    withInputs(opCase, row, (inputs) =>
      scope(() => {
        opCase.call(inputs, row.attributes);
        if (typeof opCase.gradient === "object") return;
        const { leaves, targets } = targetsOf(opCase, row, inputs);
        for (const { call } of targets) grad((free: readonly Tensor[]) => call(free).sum())(leaves);
      }),
    ),
  );
  expect([...seen].filter((op) => !(op in records))).toEqual([]);
});

test("the core's table knows each op by the name in its record", () => {
  expect(Object.entries(records).filter(([name, op]) => op.name !== name)).toEqual([]);
});
