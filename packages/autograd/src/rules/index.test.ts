import { GradientError, ops, type ResultKinds } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { hasGradient, rowFor, rules } from "./index.ts";
import { type AnyRow, sharedOf } from "../row/row.ts";

const differentiable = Object.entries(ops).filter(([, { results }]) =>
  Object.values(results as ResultKinds).some((kind) => kind.differentiable),
);

describe("the rule table", () => {
  test("has a row for every op of the core, and no other", () => {
    expect(Object.keys(rules).sort()).toEqual(differentiable.map(([name]) => name).sort());
  });

  const derivable = differentiable.filter(([name]) => hasGradient(name));

  test.each(derivable)("the row of %s speaks of the op's own inputs", (name, op) => {
    expect(op.inputs).toEqual(expect.arrayContaining(inputsOf(rowFor(name))));
  });

  test.each(derivable)("the row of %s has a gradient for some input", (name) => {
    const row = rowFor(name);
    expect(typeof row.gradients === "function" || inputsOf(row).length > 0).toBe(true);
  });

  test("has a composition for every fused op", () => {
    const fused = Object.keys(rules).filter((name) => hasGradient(name) && rowFor(name).kind === "fused");
    expect(fused.filter((name) => rowFor(name).composition === undefined)).toEqual([]);
  });

  test("says of a gradient kernel that cannot be derived from what to do instead", () => {
    expect(() => rowFor("layerNormGradient")).toThrow(
      /^layerNormGradient: .*no gradient of its own[^]*derive from layerNorm/,
    );
  });

  test("says what to do about an op that has no row", () => {
    expect(() => rowFor("argmax")).toThrow(GradientError);
    expect(() => rowFor("argmax")).toThrow(/noGrad\(\), or wrap it in customGrad\(\)/);
  });
});

/** Names of the inputs that a row has gradients for. */
function inputsOf(row: AnyRow): string[] {
  return Object.keys(sharedOf(row)?.saves ?? row.gradients);
}
