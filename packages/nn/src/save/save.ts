import { assertBytes } from "@unfoldjs/tensor-core";
import type { Module } from "../module/module.ts";

import { type DecodeOptions, decodeWith, type EncodeOptions, encodeModel } from "./model-file.ts";
import { readFile } from "./read-file.ts";
import { writeFile } from "./write-file.ts";

/**
 * Writes a model to a safetensors file, which PyTorch and others can read too. Whoever looks sees the old file or the whole
 * new one; links, permissions and owner stay.
 * @throws FileError if it cannot be written, NotFoundError where there is no file system (use `encodeModel`), ValueError
 * as `encodeModel`
 * @example await save(model, "model.safetensors", { layers: { MyNet }, dtype: "bf16" })
 */
export async function save(model: Module, path: string | URL, options: EncodeOptions = {}): Promise<void> {
  await writeFile(path, encodeModel(model, options), "save");
}

/**
 * The model in a file, or in a file's bytes, that `save`, `encodeModel` or a checkpoint made: built anew, with its weights.
 * This package's layers are known; others are passed as the record that their package exports, one's own by name.
 * @throws NotFoundError, FileError, FormatError if the file is damaged or names a class that no record has
 * @example import { layers } from "@unfoldjs/vision-layers"; const model = await load("model.safetensors", { layers })
 */
export async function load(source: string | URL | Uint8Array, options: DecodeOptions = {}): Promise<Module> {
  if (typeof source !== "string" && !(source instanceof URL)) assertBytes("load", "source", source);
  return decodeWith("load", source instanceof Uint8Array ? source : await readFile(source), options);
}
