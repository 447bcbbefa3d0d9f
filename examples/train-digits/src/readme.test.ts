import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("the repository's README shows the program as it is", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const program = readFileSync(new URL("main.ts", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${program}\`\`\``);
});
