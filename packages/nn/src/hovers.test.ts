import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { API } from "typescript/unstable/sync";
import { expect, test } from "vitest";

const file = resolve(import.meta.dirname, "hovers.test-d.ts");
const source = readFileSync(file, "utf8");
/** `  name: expression, // type` */
const LINE = /^ {2}(\w+): .*, \/\/ (.*)$/gm;

test("an editor shows shapes, and no types that work them out", () => {
  const api = new API({ cwd: resolve(import.meta.dirname, "..") });
  try {
    const snapshot = api.updateSnapshot({ openProjects: [resolve(import.meta.dirname, "../tsconfig.json")] });
    const [project] = snapshot.getProjects();
    if (project === undefined) throw new Error("the project could not be opened");
    const { checker } = project;
    const lines = [...source.matchAll(LINE)];
    expect(lines.length).toBeGreaterThan(30);
    const shown = lines.map(({ 1: name, index }) => {
      const type = checker.getTypeAtPosition(file, index + 2);
      return `${name}: ${type === undefined ? "nothing" : checker.typeToString(type)}`;
    });
    expect(shown).toEqual(lines.map(([, name, type]) => `${name}: ${type}`));
  } finally {
    api.close();
  }
});
