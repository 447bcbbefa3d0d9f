// Writes the splits of examples/few-shot-text as one JSON, so that Python learns from and is asked of the same passages.
import { writeFileSync } from "node:fs";
import { readBrown } from "../../../examples/few-shot-text/src/brown.ts";
import { splitOf } from "../../../examples/few-shot-text/src/split.ts";
import { WHOLE } from "../../../examples/few-shot-text/src/sizes.ts";

const [, , file = "splits.json"] = process.argv;
const documents = readBrown();
const splits = Array.from({ length: WHOLE.seeds }, (_, at) => ({
  seed: at + 1,
  ...splitOf(documents, WHOLE.split, at + 1),
}));
writeFileSync(file, JSON.stringify({ ...WHOLE, splits }));
