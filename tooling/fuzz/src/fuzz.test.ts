import { describe, expect, test } from "vitest";
import { coreToTry } from "./core.mjs";
import { parts } from "./parts.ts";
import { supervise } from "./supervise.ts";

/** Always the same programs and files, so that what fails fails of what was changed. `npm run fuzz` draws others. */
const SEED = "1";
const MILLISECONDS = 1500;

describe(`a short run of each part, seed ${SEED}, on ${coreToTry().name}`, () => {
  test.each(parts)("$name", { timeout: 180_000 }, async (part) => {
    const { failures, counts } = await supervise(part, SEED, MILLISECONDS);
    const told = failures.map(({ subject, problems }) => [part.describe(subject), ...problems].join("\n"));
    expect(told).toEqual([]);
    expect(Object.values(counts).some((count) => count > 0)).toBe(true);
  });
});
