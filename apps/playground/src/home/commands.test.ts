import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMMANDS } from "./commands.ts";

const clone = new URL("../../../../", import.meta.url);

test.each(COMMANDS)("$line is a script of a clone, and its readme names it", ({ line }) => {
  const { scripts } = JSON.parse(readFileSync(new URL("package.json", clone), "utf8")) as { scripts: object };
  expect(Object.keys(scripts)).toContain(line.split(" ").at(-1));
  expect(readFileSync(new URL("README.md", clone), "utf8")).toContain(`\n${line} `);
});
