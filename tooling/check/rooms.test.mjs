import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { arrowsBetweenRooms, circlesOf, importsIn } from "./rooms.mjs";

const packages = resolve(import.meta.dirname, "../../packages");

test.each(readdirSync(packages))("arrows between the rooms of %s run down, types included", (name) => {
  expect(circlesOf(arrowsBetweenRooms(importsIn(join(packages, name, "src"))))).toEqual([]);
});

test.each(readdirSync(packages))("the files of %s make no circle, types included", (name) => {
  expect(circlesOf(importsIn(join(packages, name, "src")))).toEqual([]);
});

function planted(files) {
  const folder = mkdtempSync(join(tmpdir(), "unfold-rooms-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const imports = importsIn(folder);
    return { files: circlesOf(imports), rooms: circlesOf(arrowsBetweenRooms(imports)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a circle is found, also one of types over several lines, and among rooms without one among files", () => {
  const found = planted({
    "a/one.ts": 'import { two } from "../b/two.ts";\nexport const one: unknown = two;\n',
    "b/two.ts": "export const two = 2;\n",
    "b/three.ts": 'import type {\n  Four,\n} from "../a/four.ts";\nexport type Three = Four;\n',
    "a/four.ts": "export type Four = 4;\n",
    "c/five.ts": 'import { six } from "./six.ts";\nexport const five = (): unknown => six;\n',
    "c/six.ts": 'export { five } from "./five.ts";\nexport const six = 6;\n',
    "c/five.test.ts": 'import { one } from "../a/one.ts";\nvoid one;\n',
  });
  expect(found).toEqual({ files: [["c/five.ts", "c/six.ts"]], rooms: [["a", "b"]] });
});
