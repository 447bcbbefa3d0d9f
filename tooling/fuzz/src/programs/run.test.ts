import { opCase, randomFrom, real, table, type TableEntry } from "@unfoldjs/op-cases";
import { assign, ones, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { shrink } from "../shrink.ts";
import { drawCall, everything } from "./draw.ts";
import type { Call, Program } from "./program.ts";
import { Run } from "./run.ts";
import { simpler } from "./simpler.ts";

/** Runs calls of a case that does something wrong. */
function problemsOf(call: (x: Tensor) => Tensor, program: Program): string[] {
  const entry: TableEntry = {
    op: "planted",
    name: "planted",
    opCase: opCase({
      draws: [real],
      call: ([x]) => call(x),
      reference: ([x]) => ({ shape: x.shape, values: x.values.map((value) => value * 2) }),
      gradient: { none: "planted" },
      rows: [{ inputs: [[2]] }],
      empty: { none: "planted" },
    }),
  };
  const run = new Run(undefined, (name) => (name === "planted" ? entry : table.find((one) => one.name === name)));
  return [...program.flatMap((one) => run.call(one)), ...run.end(true)];
}

const planted = (shape: readonly number[], from?: readonly [number, number]): Call => ({
  op: "planted",
  inputs: [{ shape, elements: [0.5, -1], layout: "stepped", ...(from === undefined ? {} : { from }) }],
});
const double = (x: Tensor): Tensor => x.mul(2);

describe("a run of calls", () => {
  test("has nothing to say of what is right, results handed on among them", () => {
    expect(problemsOf(double, [planted([2, 3]), planted([2, 3], [0, 0])])).toEqual([]);
  });

  test("sees a wrong number, and the smallest that is left of its call says where", async () => {
    const wrongFromFive = (x: Tensor): Tensor => (x.size > 4 ? x.mul(2.001) : x.mul(2));
    const fails = (program: Program): Promise<boolean> =>
      Promise.resolve(problemsOf(wrongFromFive, program).length > 0);
    const program = [planted([2, 2]), planted([7, 6], [0, 0]), planted([1])];
    expect(problemsOf(wrongFromFive, program).join("\n")).toMatch(/element 0 of y is 1.0\d+, wanted 1/);
    const [only, ...others] = await shrink(program, simpler, fails);
    expect(others).toEqual([]);
    expect(only?.inputs[0]?.layout).toBe("contiguous");
    expect(only?.inputs[0]?.shape.reduce((a, b) => a * b)).toBeLessThan(9);
  });

  test.each<[string, (x: Tensor) => Tensor, RegExp]>([
    ["a bare error", (x) => Reflect.construct(Math.abs, [x]), /a bare TypeError.*tooling\/fuzz/],
    ["a wrong shape", (x) => x.mul(2).unsqueeze(0), /y has the shape \[1, 2, 3\], wanted \[2, 3\]/],
    [
      "a changed input",
      (x) => {
        const y = double(x);
        assign(x, ones([2, 3]));
        return y;
      },
      /input 0 was changed/,
    ],
    [
      "something left behind",
      (x) => {
        ones([5]);
        return double(x);
      },
      /tensors: \d+ before the program, \d+ after/,
    ],
  ])("sees %s", (_, call, message) => {
    expect(problemsOf(call, [planted([2, 3])]).join("\n")).toMatch(message);
  });

  test("sees a result that a later call writes over", () => {
    let first: Tensor | undefined;
    const call = (x: Tensor): Tensor => {
      const y = double(x);
      if (first !== undefined) assign(first, ones([2]));
      first = y;
      return y;
    };
    expect(problemsOf(call, [planted([2]), planted([2])]).join("\n")).toMatch(/was changed by a later call/);
  });
});

test("every case of the table is drawn, also in other sizes than its rows'", () => {
  const entries = new Map(table.map((entry) => [entry.name, entry]));
  const other = new Set<string>();
  const random = randomFrom("every case");
  for (const entry of table) {
    const shapes = new Set(
      entry.opCase.rows.map(({ inputs }) => JSON.stringify(inputs.map((one) => ("draw" in one ? one.shape : one)))),
    );
    for (let i = 0; i < 40; i++) {
      const call = drawCall(random, { ...everything, entries: [entry] }, []);
      expect(entries.has(call.op)).toBe(true);
      if (!shapes.has(JSON.stringify(call.inputs.map(({ shape }) => shape)))) other.add(entry.name);
    }
  }
  const without = table.filter(({ name }) => !other.has(name)).map(({ name }) => name);
  expect(without.filter((name) => !name.startsWith("Generator."))).toEqual([]);
});
