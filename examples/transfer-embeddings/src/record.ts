// Writes what came of a study into the README, with its figure: node src/record.ts [folder of results]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recordResults } from "@unfoldjs/example-kit";
import { writeFile } from "@unfoldjs/nn";
import { type Metrics, resultsOf } from "./results.ts";

const [, , folder = "out/transfer-embeddings"] = process.argv;
const example = join(import.meta.dirname, "..");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
await writeFile(join(example, "accuracy.svg"), read("accuracy.svg"));
await recordResults(
  join(example, "README.md"),
  resultsOf(JSON.parse(read("metrics.json")) as Metrics, read("table.md")),
);
