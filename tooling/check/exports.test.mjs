import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LISTED, tableOf, tablePath } from "./exports.mjs";

test.each(LISTED)(
  "EXPORTS.md of %s is what its sources say; node tooling/check/exports.mjs --update writes it",
  (name) => {
    const { text, silent } = tableOf(name);
    expect(silent, "exports without a docstring").toEqual([]);
    expect(text.match(/^\| `/gm)?.length).toBeGreaterThan(5);
    expect(readFileSync(tablePath(name), "utf8")).toBe(text);
  },
);
