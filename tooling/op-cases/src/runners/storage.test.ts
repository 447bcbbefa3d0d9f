import { type AnyTensor, DTypeError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { real, STORAGE } from "../draw.ts";
import { opCase } from "../op-case.ts";
import { checkStorage } from "./storage.ts";

/** What only moves elements, and so takes every dtype; all others refuse those for storage. */
const MOVES = new Set([
  "assign",
  "at",
  "concat",
  "copy",
  "embedding",
  "expand",
  "flip",
  "gather",
  "indexSelect",
  "maskedSelect",
  "permute",
  "resqueeze squeeze",
  "resqueeze unsqueeze",
  "slice",
  "sliceGradient",
  "stack",
  "viewAs",
  "where",
]);

/** `cast` has rows from and to each dtype; `pad` takes f32 by its type, and moves others only where it fills with 0. */
const APART = new Set(["cast", "pad"]);

const ofFloats = table.filter(
  ({ op, opCase: { draws } }) => !APART.has(op) && draws.some(({ dtype }) => dtype === "f32"),
);

describe.each(ofFloats)("$name", ({ name, opCase: tested }) => {
  const moves = MOVES.has(name);
  test.each(STORAGE.map(({ dtype }) => [moves ? "takes" : "refuses", dtype] as const))("%s %s", (_, dtype) => {
    expect(tested.rows.flatMap((row) => checkStorage(tested, row, dtype, moves))).toEqual([]);
  });
});

test("the ops that move elements are all in the table", () => {
  const names = new Set(ofFloats.map(({ name }) => name));
  expect([...MOVES].filter((name) => !names.has(name))).toEqual([]);
});

describe("the storage runner", () => {
  const planted = (call: (x: AnyTensor) => AnyTensor, moves: boolean): string[] => {
    const wrong = opCase({
      draws: [real],
      call: ([x]) => call(x),
      reference: ([x]) => x,
      gradient: "first",
      rows: [],
      empty: { none: "planted" },
    });
    return checkStorage(wrong, { inputs: [[3]] }, "f16", moves);
  };
  const refusing = (fix: string) => (): never => {
    throw new DTypeError("op", {}, "takes f32", fix);
  };
  test("accepts a refusal that says what to do", () => expect(planted(refusing('x.to("f32")'), false)).toEqual([]));
  test("sees a refusal that does not", () => expect(planted(refusing("go away"), false)).toHaveLength(1));
  test("sees an op that takes them", () => expect(planted((x) => x.clone(), false)).toEqual(["[3] takes f16"]));
  test("sees a move that fails", () => expect(planted(refusing('x.to("f32")'), true)).toHaveLength(1));
  test("sees a move that changes dtype or elements", () => {
    expect(planted((x) => x.to("f32").to("bf16"), true)).toHaveLength(1);
    expect(planted((x) => (x.dtype === "f16" ? x.flip() : x.clone()), true)).toHaveLength(1);
  });
});
