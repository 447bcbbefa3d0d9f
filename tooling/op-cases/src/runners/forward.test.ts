import { customGrad } from "@unfoldjs/autograd";
import { memory, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { real } from "../draw.ts";
import { nameOf } from "../inputs.ts";
import { type GradientOrder, opCase } from "../op-case.ts";
import { map } from "../reference/exact.ts";
import { checkForward } from "./forward.ts";

const smooth = table.filter(({ opCase: { gradient } }) => typeof gradient === "string");

describe.each(smooth)("forward mode of $name is the transpose of its gradient", ({ opCase: tested }) => {
  test.each(tested.rows.map((row) => [nameOf(row), row] as const))("%s", (_, row) => {
    expect(checkForward(tested, row)).toEqual([]);
  });
});

describe("the forward runner", () => {
  const planted = (call: (x: Tensor<Shape>) => Tensor<Shape>, gradient: GradientOrder): string[] => {
    const wrong = opCase({
      draws: [real],
      call: ([x]) => call(x),
      reference: ([x]) => map(x, (v) => v ** 2),
      gradient,
      rows: [],
      empty: { none: "planted" },
    });
    return checkForward(wrong, { inputs: [[2, 3]] });
  };
  /** x² whose tangent is `by` times the right one. */
  const square = (by: number): ((x: Tensor<Shape>) => Tensor<Shape>) =>
    customGrad((x) => ({
      value: x.mul(x),
      pullback: (dy) => [dy.mul(x).mul(2)],
      jvp: ([t]) => (t as Tensor).mul(x).mul(2).mul(by),
    }));

  test("accepts the right tangent, twice", () => expect(planted(square(1), "second")).toEqual([]));

  test("sees a tangent that is off by a thousandth", () => {
    expect(planted(square(1.001), "first")).toContainEqual(
      expect.stringMatching(/^y, contiguous: ⟨u, J v⟩ is .*, ⟨Jᵀ u, v⟩ is /),
    );
  });

  test("sees orders that do not agree", () => {
    expect(planted(square(1.001), "second")).toContainEqual(expect.stringMatching(/of H v: .* back over forward, /));
  });

  test("sees an op whose tangent lies in memory as it does not", () => {
    // As dense elements would lie: right for a contiguous tangent alone.
    const asIfDense = customGrad((x) => ({
      value: x.mul(1),
      pullback: (dy) => [dy],
      jvp: ([t]) => ((t as Tensor).isContiguous ? (t as Tensor) : (t as Tensor).flip()),
    }));
    const found = planted(asIfDense, "first");
    expect(found).toEqual([expect.stringMatching(/^y, stepped: /)]);
  });

  test("sees what is left behind", () => {
    const left: Tensor<Shape>[] = [];
    const before = memory().tensors;
    const found = planted((x) => {
      left.push(x.neg().keep());
      return x.mul(x);
    }, "first");
    for (const tensor of left) tensor.dispose();
    expect(found).toEqual([expect.stringMatching(/^\d+ tensors and \d+ storages are left behind$/)]);
    expect(memory().tensors).toBe(before);
  });
});
