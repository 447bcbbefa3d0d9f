import type { Module } from "../module/module.ts";
import { readFile, writeFile } from "./files.ts";
import { decodeModel, encodeModel } from "./model-file.ts";

/**
 * Writes a model to a safetensors file, which PyTorch and others can read too. The file is complete or not there.
 * @param metadata further texts to keep with it
 * @throws FileError if it cannot be written, NotFoundError where there is no file system (use `encodeModel`)
 */
export async function save(
  model: Module,
  path: string,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeFile(path, encodeModel(model, metadata));
}

/**
 * The model in a file, or in a file's bytes, that `save`, `encodeModel` or a checkpoint made: built anew, with its weights.
 * @throws NotFoundError, FileError, FormatError if the file is damaged or names a class that was not given to `register`
 */
export async function load(source: string | URL | Uint8Array): Promise<Module> {
  return decodeModel(source instanceof Uint8Array ? source : await readFile(source));
}
