import { expect, test } from "vitest";
import { makeCeiling } from "./ceiling.ts";

test("the loop runs and counts 12 chains of 4 lanes, 2 operations each", () => {
  const ceiling = makeCeiling();
  expect(ceiling.run()).toBeUndefined();
  expect(ceiling.flops).toBe(20_000 * 96);
});
