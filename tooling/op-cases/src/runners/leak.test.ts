import { relu, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { real } from "../draw.ts";
import { nameOf } from "../inputs.ts";
import { opCase } from "../op-case.ts";
import { checkGradientLeak, checkLeak, checkLeakOnError } from "./leak.ts";

describe.each(table)("$name leaves nothing behind", ({ opCase: tested }) => {
  test.each(tested.rows.map((row) => [nameOf(row), row] as const))("%s", (_, row) => {
    expect([...checkLeak(tested, row), ...checkGradientLeak(tested, row)]).toEqual([]);
  });

  test("when it throws", () => {
    expect(tested.errors.flatMap((row) => checkLeakOnError(tested, row))).toEqual([]);
  });
});

describe("the leak runner", () => {
  const planted = (call: (x: Tensor<Shape>) => Tensor<Shape>): string[] => {
    const leaking = opCase({
      draws: [real],
      call: ([x]) => call(x),
      reference: ([x]) => x,
      gradient: { none: "not asked" },
      rows: [],
      empty: { none: "planted" },
    });
    return checkLeak(leaking, { inputs: [[4]] });
  };

  test("accepts an op that cleans up", () => expect(planted(relu)).toEqual([]));

  test("sees a forgotten intermediate", () => {
    const made: Tensor<Shape>[] = [];
    const found = planted((x) => {
      made.push(x.neg());
      return relu(x);
    });
    for (const tensor of made) tensor.dispose();
    expect(found.slice(0, 3)).toEqual([/tensors/, /storages/, /bytes/].map((text) => expect.stringMatching(text)));
  });
});
