import { ops as records } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
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

  test("tells cases of one op apart", () => {
    const names = table.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

test("the core's table knows each op by the name in its record", () => {
  expect(Object.entries(records).filter(([name, op]) => op.name !== name)).toEqual([]);
});
