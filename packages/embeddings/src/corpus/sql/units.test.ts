import { expect, test } from "vitest";
import { assertFits, unitOf } from "./units.ts";

test.each([10, 13, 16, 20])(
  "sums that 63 bits just hold fit, and one more word does not, with a window of %i",
  (window) => {
    // A text of one word alone: each is a pair with as many before it and behind it as the window holds.
    const both = Array.from({ length: window }, (_, i) => (2n * BigInt(unitOf("test", window))) / BigInt(i + 1));
    const most = (2n ** 63n - 1n) / both.reduce((sum, each) => sum + each, 0n);
    expect(() => assertFits("test", window, Number(most))).not.toThrow();
    expect(() => assertFits("test", window, Number(most) + 1)).toThrow(/63 bits/);
  },
);
