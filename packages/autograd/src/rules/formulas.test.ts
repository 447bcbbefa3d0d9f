import { type Op, ops } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import type { Form, Formula, FormulasOf } from "../row/formula.ts";
import { formulaFor, formulas } from "./formulas.ts";
import { hasGradient, rowFor, rules } from "./index.ts";
import { sharedOf } from "../row/row.ts";

const names = Object.keys(rules) as (keyof typeof rules)[];

describe("the formulas", () => {
  test("are of every op that has a row, and of no other", () => {
    expect(Object.keys(formulas).sort()).toEqual([...names].sort());
  });

  test.each(names.filter(hasGradient))("of %s say how the gradient of each input goes that has one", (name) => {
    const { slopes = {}, gradients = {}, each } = formulaFor(name) as Formula;
    const row = rowFor(name);
    const told = [...Object.keys(slopes), ...Object.keys(gradients)];
    const isVariadic = typeof row.gradients === "function";
    const inputs = isVariadic ? [] : Object.keys(sharedOf(row)?.saves ?? row.gradients);
    expect([told.sort(), each !== undefined]).toEqual([inputs.sort(), isVariadic]);
    // Slopes are what elementwise rows have, and no other.
    expect(Object.keys(slopes).length > 0).toBe(row.kind === "elementwise");
  });

  test.each(names)("of %s use names that its call has", (name) => {
    const { inputs, results } = ops[name];
    const kinds = Object.keys(results);
    for (const [text, latex] of formsOf(formulaFor(name) as Formula)) {
      for (const form of [text, latex]) {
        const used = Array.from(form.matchAll(/\$([A-Za-z0-9]+)|\?(\w+)\(/g), ([, sign, optional]) => sign ?? optional);
        expect([...inputs, ...kinds]).toEqual(expect.arrayContaining(used));
        const gradients = Array.from(form.matchAll(/@([A-Za-z]*)/g), ([, result]) => result);
        const known = kinds.length === 1 ? [""] : kinds;
        expect(known).toEqual(expect.arrayContaining(gradients));
      }
    }
  });

  test.each(names)("of %s close every brace that they open", (name) => {
    for (const [text, latex] of formsOf(formulaFor(name) as Formula)) {
      for (const [open, close] of [
        ["{", "}"],
        ["(", ")"],
        ["[", "]"],
      ] as const) {
        const counts = [text, latex].map((form) => [form.split(open).length, form.split(close).length]);
        for (const [opened, closed] of counts) expect(opened).toBe(closed);
      }
    }
  });

  test("of an op that has none do not compile", () => {
    type Family = { relu: Op<"relu", ["x"]>; tanh: Op<"tanh", ["x"]> };
    const some: Pick<FormulasOf<Family>, "relu"> = { relu: { value: ["", ""] } };
    // @ts-expect-error tanh is missing
    const all: FormulasOf<Family> = some;
    expect(all).toBe(some);
  });
});

function formsOf({ value, slopes = {}, gradients = {}, each, where }: Formula): Form[] {
  const all = [value, ...Object.values(slopes), ...Object.values(gradients), each, where];
  return all.filter((form): form is Form => form !== undefined);
}
