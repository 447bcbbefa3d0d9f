import { type AnyTensor, apply, defineOp, IndexError, ops, ShapeError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { real } from "../draw.ts";
import { nameOf } from "../inputs.ts";
import { type OpCase, opCase } from "../op-case.ts";
import { checkPureShape, checkValueError, isAboutElements } from "./pure-shape.ts";

const own = table.filter(({ op }) => op in ops);
const looking = Object.values(ops).filter((op) => op.kind === "kernel" && op.check !== undefined);
const refusals = own.flatMap(({ op, name, opCase: tested }) =>
  tested.errors.filter((row) => isAboutElements(op, tested, row)).map((row) => ({ op, name, tested, row })),
);

test.each(own)("shape and dtype of $name are known without an element", ({ op, opCase: tested }) => {
  expect(tested.rows.flatMap((row) => checkPureShape(op, tested, row))).toEqual([]);
});

describe("values are looked at in check", () => {
  test.each(refusals.map((refusal) => [`${refusal.name} ${nameOf(refusal.row)}`, refusal] as const))(
    "%s",
    (_, { op, tested, row }) => {
      expect(checkValueError(op, tested, row)).toEqual([]);
    },
  );

  test("and every op that looks has a row that it refuses", () => {
    const refused = new Set(refusals.map(({ op }) => op));
    expect(looking.filter(({ name }) => !refused.has(name)).map(({ name }) => name)).toEqual([]);
  });
});

describe("the runner of shape rules", () => {
  const inputs = { inputs: [[2, 3]] } as const;
  const planted = (shape: (x: AnyTensor) => readonly number[], check?: (x: AnyTensor) => void): OpCase => {
    const record = defineOp("curious", ["x"], {
      shape: ({ x }) => shape(x),
      run: () => {},
      ...(check && { check: ({ x }) => check(x) }),
    });
    return opCase({
      draws: [real],
      call: ([x]) => apply(record, { x }, undefined),
      reference: ([x]) => x,
      gradient: { none: "planted" },
      rows: [],
      empty: { none: "planted" },
    });
  };
  const refuse = (x: AnyTensor): void => {
    if (x.sum().item() !== 0) throw new IndexError("curious", {}, "is not 0");
  };

  test("accepts a rule of shapes", () => {
    expect(
      checkPureShape(
        "curious",
        planted(({ shape }) => [...shape, 1]),
        inputs,
      ),
    ).toEqual([]);
  });

  test("sees a rule that reads the heap", () => {
    const counting = (x: AnyTensor): number[] => [x.data().length];
    expect(checkPureShape("curious", planted(counting), inputs)).toContain("it asks a tensor for its data");
    const peeking = (x: AnyTensor): readonly number[] => (x.address > 0 ? x.shape : []);
    expect(checkPureShape("curious", planted(peeking), inputs)).toContain("it asks a tensor for its address");
  });

  test("sees a rule that minds how inputs lie", () => {
    const minding = ({ shape, strides }: AnyTensor): readonly number[] => (strides[0] === 1 ? [] : shape);
    expect(checkPureShape("curious", planted(minding), inputs)).toEqual([
      "y is [] f32 without elements, [2, 3] f32 with them",
    ]);
  });

  const refused = { ...inputs, throws: IndexError, message: /./ };
  test("accepts elements refused by check", () => {
    expect(
      checkValueError(
        "curious",
        planted(({ shape }) => shape, refuse),
        refused,
      ),
    ).toEqual([]);
  });
  test("sees elements refused by the shape rule", () => {
    const early = (x: AnyTensor): readonly number[] => (refuse(x), x.shape);
    expect(checkValueError("curious", planted(early), refused)).toEqual([
      "the shape rule refuses elements: it asks a tensor for its sum",
    ]);
  });
  test("sees elements that pass, or fail in another way", () => {
    expect(
      checkValueError(
        "curious",
        planted(({ shape }) => shape),
        refused,
      ),
    ).toEqual(["check lets it pass"]);
    const odd = planted(
      ({ shape }) => shape,
      () => {
        throw new ShapeError("curious", {}, "another");
      },
    );
    expect(checkValueError("curious", odd, refused)).toEqual(["check throws ShapeError, wanted IndexError"]);
  });
});
