import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { framesModule, framesTypes, readFrames } from "./frames.mjs";
import { framesSource } from "./prebuilt.mjs";

const source = `//! What calls say.

use super::walk::walks;

/// The most axes.
pub const MAX_RANK: usize = 4;
pub const SIDES: usize = 2;

walks! {
    /// A result and its operand.
    UnaryWalk(y, x);
    /// Two of them,
    /// in two lines.
    PairWalk(left_hand, right);
}

/// A frame of all kinds of field.
#[repr(C)]
pub struct MixedFrame {
    pub batch: i32,
    /// Before the first.
    pub top_left: [i32; SIDES],
    pub walk: UnaryWalk,
    pub last: [i32; 3],
}
`;

const load = (text) => import(`data:text/javascript,${encodeURIComponent(framesModule(readFrames(text)))}`);
const operand = (shape, strides) => ({ shape, strides, rank: shape.length });
/** What a writer leaves in a heap of -1s, from the second word on. */
const written = (write, frame, words) => {
  const heap = new Int32Array(words + 2).fill(-1);
  write(heap, 1, frame);
  expect([heap[0], heap.at(-1)]).toEqual([-1, -1]);
  return [...heap.subarray(1, -1)];
};

test("fields are written in the order of their declaration, frames within frames included", async () => {
  const { writeMixedFrame } = await load(source);
  const walk = { sizes: [2, 3], y: operand([2, 3], [3, 1]), x: operand([2, 3], [1, 2]) };
  const unused = [-1, -1];
  expect(written(writeMixedFrame, { last: [7, 8, 9], walk, topLeft: [5, 6], batch: 4 }, 19)).toEqual(
    [4, 5, 6, 2, [2, 3], unused, [3, 1], unused, [1, 2], unused, 7, 8, 9].flat(),
  );
});

test("a field that moves in Rust moves in TypeScript", async () => {
  const moved = source.replace("    pub batch: i32,\n", "").replace("[i32; 3],\n", "[i32; 3],\n    pub batch: i32,\n");
  const { writeMixedFrame } = await load(moved);
  const walk = { sizes: [], y: operand([], []), x: operand([], []) };
  const words = written(writeMixedFrame, { last: [7, 8, 9], walk, topLeft: [5, 6], batch: 4 }, 19);
  expect(words.filter((word) => word > 0)).toEqual([5, 6, 7, 8, 9, 4]);
});

test.each([
  ["as it lies", [2, 3], operand([2, 3], [3, 1]), [3, 1]],
  ["axes that are not there", [2, 3], operand([3], [1]), [0, 1]],
  ["an axis of 1 that stretches", [2, 3], operand([2, 1], [7, 5]), [7, 0]],
  ["an axis of 1 that does not", [2, 1], operand([2, 1], [7, 5]), [7, 5]],
  ["a number", [2, 3], operand([], []), [0, 0]],
  ["its first axes only", [2], { shape: [2, 4, 5], strides: [20, 5, 1], rank: 1 }, [20]],
  ["backwards", [3], operand([3], [-1]), [-1]],
  ["empty axes", [0, 3], operand([1, 3], [3, 1]), [0, 1]],
])("an operand of a walk is broadcast: %s", async (_, sizes, x, strides) => {
  const { writeUnaryWalk } = await load(source);
  const heap = new Int32Array(13);
  writeUnaryWalk(heap, 0, { sizes, y: operand(sizes, sizes), x });
  expect([...heap.subarray(9, 9 + sizes.length)]).toEqual(strides);
});

test("types have a member for each field, with its docs", () => {
  const types = framesTypes(readFrames(source));
  expect(types).toContain("export declare const MAX_RANK: 4;");
  expect(types).toContain("/**\n * Two of them,\n * in two lines.\n */\nexport interface PairWalk {");
  expect(types).toContain("  readonly leftHand: Operand;\n  readonly right: Operand;\n}");
  expect(types).toContain("   * Before the first.\n   */\n  readonly topLeft: readonly [number, number];");
  expect(types).toContain("  readonly batch: number;");
  expect(types).toContain("  readonly walk: UnaryWalk;");
  expect(types).toContain(
    "export declare function writeMixedFrame(heap: Int32Array, at: number, frame: MixedFrame): void;",
  );
});

test.each([
  ["a type that has no words", "pub batch: i32", "pub batch: f32", "f32 is neither"],
  ["a frame that is not there yet", "pub walk: UnaryWalk", "pub walk: OtherWalk", "OtherWalk is neither"],
  ["a length that is no constant above", "[i32; SIDES]", "[i32; EDGES]", "EDGES, which is not a constant"],
  ["a struct in no fixed order", "#[repr(C)]\n", "", "pub struct MixedFrame {"],
  ["a field that others cannot see", "pub batch", "batch", "batch: i32,"],
  ["code", "/// A frame of", "pub fn f() {}\n/// A frame of", "pub fn f() {}"],
  ["a name that is taken", "PairWalk", "UnaryWalk", "UnaryWalk is there twice"],
  ["a comment that is no doc", "/// Before", "// Before", "// Before the first."],
  ["operands that are not named", "PairWalk(left_hand, right)", "PairWalk(2)", "PairWalk(2)"],
])("refuses %s", (_, from, to, message) => {
  expect(source).toContain(from);
  expect(() => readFrames(source.replace(from, to))).toThrow(message);
});

test("the crate's own frames are all read", () => {
  const text = readFileSync(framesSource, "utf8");
  const names = [...text.matchAll(/struct (\w+)|^ {4}(\w+)\(/gm)].map(([, struct, walk]) => struct ?? walk);
  const { frames, constants } = readFrames(text);
  expect(new Set(frames.map(({ name }) => name))).toEqual(new Set(names));
  expect(names.length).toBeGreaterThan(5);
  expect(constants.map(({ name }) => name)).toContain("MAX_RANK");
});
