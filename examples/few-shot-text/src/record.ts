// Writes what came of a study into the README, with its figure: node src/record.ts [folder of results]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFile } from "@unfoldjs/nn";

const [, , folder = "out/few-shot-text"] = process.argv;
const example = join(import.meta.dirname, "..");
const README = join(example, "README.md");
const MARKS = ["<!-- results -->", "<!-- end of results -->"] as const;

const [before = "", rest = ""] = readFileSync(README, "utf8").split(MARKS[0]);
const [, after] = rest.split(MARKS[1]);
if (after === undefined) throw new Error(`${README} has no ${MARKS.join(" … ")}`);
const table = readFileSync(join(folder, "table.md"), "utf8").trim();
await writeFile(join(example, "accuracy.svg"), readFileSync(join(folder, "accuracy.svg"), "utf8"));
const figure = "![Accuracy against examples a class](accuracy.svg)";
await writeFile(README, `${before}${MARKS[0]}\n\n${figure}\n\n${table}\n\n${MARKS[1]}${after}`);
