import { differentiableOps, GradientError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { rowFor, rules } from "./index.ts";
import type { AnyRow } from "./rule.ts";

describe("the rule table", () => {
  test("has a row for every op of the core, and no other", () => {
    expect(Object.keys(rules).sort()).toEqual(Object.keys(differentiableOps).sort());
  });

  test.each(Object.entries(differentiableOps))("the row of %s speaks of the op's own inputs", (name, op) => {
    const row: AnyRow = rowFor(name);
    expect(op.inputs).toEqual(expect.arrayContaining(Object.keys(row.pulls)));
  });

  test.each(Object.entries(differentiableOps))("the row of %s has a gradient for some input", (name) => {
    const { pulls } = rowFor(name);
    expect(typeof pulls === "function" || Object.keys(pulls).length > 0).toBe(true);
  });

  test("has a composition for every fused op", () => {
    const fused = Object.keys(rules).filter((name) => rowFor(name).kind === "fused");
    expect(fused.filter((name) => rowFor(name).composition === undefined)).toEqual([]);
  });

  test("says what to do about an op that has no row", () => {
    expect(() => rowFor("sort")).toThrow(GradientError);
    expect(() => rowFor("sort")).toThrow(/noGrad\(\), or wrap it in customGrad\(\)/);
  });
});
