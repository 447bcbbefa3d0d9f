import { closeSync, openSync } from "node:fs";
import { execPath } from "node:process";
import { expect, test } from "vitest";
import { hasEnded, newLife } from "./thread-life.node.ts";

test("a thread lives as long as its file is open under its own number", () => {
  const [first, second] = [newLife(), newLife()];
  expect([first, second].map(hasEnded)).toEqual([false, false]); // neither is up yet

  const file = openSync(execPath, "r");
  Atomics.store(first, 0, file + 1);
  expect(hasEnded(first)).toBe(false);

  // The first one's file was closed, and what came up since got its number.
  Atomics.store(second, 0, file + 1);
  expect([first, second].map(hasEnded)).toEqual([true, false]);

  closeSync(file);
  expect(hasEnded(second)).toBe(true);
});
