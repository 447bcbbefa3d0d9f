import type { Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { specialTable } from "../special/index.ts";
import { line, type SpecialPoints } from "../special/points.ts";
import torch from "../special/torch.json" with { type: "json" };
import { checkSpecial, type TorchRow, unusedExceptions } from "./special.ts";

const rows: readonly TorchRow[] = torch.rows;

test("what PyTorch says is of these functions: scripts/special-points.py writes it", () => {
  expect(rows.map(({ op, torch: expression }) => [op, expression])).toEqual(
    specialTable.map(({ op, points }) => [op, points.torch]),
  );
});

describe.each(specialTable.map(({ op, points }, i) => ({ op, points, row: rows[i] as TorchRow })))(
  "at special points $op, as $points.torch,",
  ({ points, row }) => {
    test("has the value and the derivatives that PyTorch has, but for the exceptions it names", () => {
      expect(checkSpecial(points, row)).toEqual([]);
      expect(unusedExceptions(points, row)).toEqual([]);
    });
  },
);

describe("the runner of special points", () => {
  const square = (call: (x: Tensor) => Tensor, exceptions: SpecialPoints["exceptions"] = {}): SpecialPoints => ({
    inputs: { x: line([0, 3, Infinity, NaN]) },
    call: ({ x }) => call(x as Tensor),
    torch: "torch.square(x)",
    exceptions,
  });
  const right: TorchRow = {
    op: "square",
    torch: "torch.square(x)",
    value: "0 9 Infinity NaN",
    gradient: { x: "0 -12 Infinity NaN" },
    tangent: "0 1.5 -Infinity NaN",
    second: { x: "4 -1 -1.5 6" },
  };
  const planted = (row: Partial<TorchRow>): string[] =>
    checkSpecial(
      square((x) => x.square()),
      { ...right, ...row },
    );

  test("finds nothing wrong with what is right", () => {
    expect(planted({})).toEqual([]);
  });

  test.each([
    ["value", { value: "0 9 Infinity 0" }, "value, element 3: NaN, PyTorch 0"],
    ["gradient", { gradient: { x: "0 -12 -Infinity NaN" } }, "gradient by x, element 2: Infinity, PyTorch -Infinity"],
    ["tangent", { tangent: "0.1 1.5 -Infinity NaN" }, "tangent, element 0: 0, PyTorch 0.1"],
    ["size", { value: "0" }, "value, 4 elements and not 1"],
  ] as const)("sees another %s", (_, row, message) => {
    expect(planted(row)).toEqual([message]);
  });

  test("sees another second order, whichever way it is taken", () => {
    const ways = ["second", "forward over reverse", "reverse over forward"];
    expect(planted({ second: { x: "4 -1 NaN 6" } })).toEqual(
      ways.map((way) => `${way} by x, element 2: -1.5, PyTorch NaN`),
    );
  });

  test("takes exceptions for what they name alone, and names those that nothing needs", () => {
    const exception = { because: "planted", isRight: (found: number) => found === 9 };
    const points = square((x) => x.square(), { value: exception, tangent: exception });
    const wrong = { ...right, value: "0 8 Infinity NaN" };
    expect(checkSpecial(points, wrong)).toEqual([]);
    expect(unusedExceptions(points, wrong)).toEqual(["nothing needs the exception for tangent"]);
  });
});
