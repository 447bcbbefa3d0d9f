import { expect, test } from "vitest";
import { isFast, type Read, Watcher } from "./challenges.ts";

const drawn = (digit: number, strokes: number, more: Partial<Read> = {}): Read => ({
  digit,
  share: 0.8,
  accuracy: 0.95,
  label: undefined,
  sketch: { strokes, isDot: false },
  ...more,
});
const nothing: Read = { digit: 0, share: 0.9, accuracy: 0.95, label: undefined, sketch: undefined };
const dot = { strokes: 1, isDot: true };

test.each<[string, Read[], string[]]>([
  ["a digit that it reads wrong", [{ ...nothing, label: 4, digit: 9 }], ["fail"]],
  ["one that it reads", [{ ...nothing, label: 4, digit: 4 }], []],
  ["a mistake of a network that has not learned", [{ ...nothing, label: 4, digit: 9, accuracy: 0.4 }], []],
  ["a 4, and a stroke more that makes it a 9", [drawn(4, 2), drawn(9, 3)], ["border"]],
  ["a 9 in one stroke that looked like a 4 on its way", [drawn(4, 1), drawn(9, 1)], []],
  ["a 4, an empty sheet, and a 9", [drawn(4, 2), nothing, drawn(9, 3)], []],
  ["a 4 that it is not sure of", [drawn(4, 2, { share: 0.3 }), drawn(9, 3)], []],
  ["a dot", [drawn(0, 1, { sketch: dot, share: 0.6 })], ["dot"]],
  ["a dot of which it is not sure", [drawn(0, 1, { sketch: dot, share: 0.4 })], []],
])("%s", (_, reads, solved) => {
  const watcher = new Watcher();
  expect(reads.flatMap((read) => watcher.hear(read))).toEqual(solved);
});

test.each([
  [[{ step: 200, accuracy: 0.98 }], true],
  [
    [
      { step: 200, accuracy: 0.979 },
      { step: 220, accuracy: 0.99 },
    ],
    false,
  ],
  [[], false],
])("%j: %s", (milestones, wanted) => {
  expect(isFast(milestones)).toBe(wanted);
});
