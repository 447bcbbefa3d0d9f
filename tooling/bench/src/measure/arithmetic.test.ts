import { expect, test } from "vitest";
import { makeArithmetic } from "./arithmetic.ts";
import { assembleLoops } from "./loops.ts";

test("the loop runs and counts 12 chains of 4 lanes, 2 operations each", () => {
  const arithmetic = makeArithmetic(assembleLoops());
  expect(arithmetic.run()).toBeUndefined();
  expect(arithmetic.flops).toBe(20_000 * 96);
  expect(arithmetic.instruction).toBe("fused multiply-add");
});

test("an engine that does not know the fused instruction gets the other", () => {
  const loops = { ...assembleLoops(), fused: Uint8Array.of(0) };
  expect(makeArithmetic(loops).instruction).toBe("multiply, then add");
});
