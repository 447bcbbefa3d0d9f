// Writes the pairs' figure and table of a run into the README: node src/record.ts [folder of results]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recordResults } from "@unfoldjs/example-kit";
import { writeFile } from "@unfoldjs/nn";

const [, , folder = "out/why-embeddings"] = process.argv;
const example = join(import.meta.dirname, "..");
const [pairs = ""] = readFileSync(join(folder, "tables.md"), "utf8").split("\n\n"); // the other is of the axes
await writeFile(join(example, "pairs.svg"), readFileSync(join(folder, "pairs.svg"), "utf8"));
await recordResults(
  join(example, "README.md"),
  `![Accuracy on pairs that were never seen, against pairs that were](pairs.svg)\n\n${pairs}`,
);
