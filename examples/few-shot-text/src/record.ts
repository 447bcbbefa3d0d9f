// Writes what came of a study into the README, with its figure: node src/record.ts [folder of results]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recordResults } from "@unfoldjs/example-kit";
import { writeFile } from "@unfoldjs/nn";

const [, , folder = "out/few-shot-text"] = process.argv;
const example = join(import.meta.dirname, "..");
const table = readFileSync(join(folder, "table.md"), "utf8");
await writeFile(join(example, "accuracy.svg"), readFileSync(join(folder, "accuracy.svg"), "utf8"));
await recordResults(join(example, "README.md"), `![Accuracy against examples a class](accuracy.svg)\n\n${table}`);
