import {
  assertBytes,
  assertString,
  checkOptions,
  decodePyTorch,
  inCall,
  type StoredTensor,
  truthValue,
  ValueError,
} from "@unfoldjs/tensor-core";
import { assertModule } from "../module/assert-module.ts";
import type { Module } from "../module/module.ts";
import type { LoadReport } from "../module/state.ts";
import { readFile } from "./read-file.ts";

export interface LoadPyTorchOptions {
  /** Where in the file the state dict is: "model" in `{"model": state, "optimizer": …}`, "module" where all names begin so. */
  readonly within?: string;
  /** False leaves out names that only one side has, and reports them. Default true. */
  readonly strict?: boolean;
}

/**
 * Fills a model from a file of PyTorch's (`.pth`, `.pt`), as `torch.save(model.state_dict(), path)` writes it. Nothing in the file
 * is run: `decodePyTorch` says what it reads, and what it refuses by name.
 *
 * @param source the file's path, or its bytes
 * @returns what was not used and not filled, with the names that are nearest; nothing if it was strict
 * @throws ValueError that lists missing, unexpected and mis-shaped names, FormatError if the file is none or damaged, NotFoundError, FileError
 * @example await loadPyTorch(new ResNet(18), "resnet18-f37072fd.pth")
 */
export async function loadPyTorch(
  model: Module,
  source: string | URL | Uint8Array,
  options: LoadPyTorchOptions = {},
): Promise<LoadReport> {
  assertModule("loadPyTorch", "model", model);
  if (typeof source !== "string" && !(source instanceof URL)) assertBytes("loadPyTorch", "source", source);
  checkOptions("loadPyTorch", options, { within: assertString, strict: truthValue });
  const { within, strict = true } = options;
  const bytes = source instanceof Uint8Array ? source : await readFile(source, "loadPyTorch");
  return inCall("loadPyTorch", () => {
    const { tensors } = decodePyTorch(bytes, { storage: "keep" });
    return model.loadStateDict(within === undefined ? tensors : below(tensors, within), { strict });
  });
}

/** Those tensors whose names begin with `prefix` and a dot, by what follows. */
function below(tensors: ReadonlyMap<string, StoredTensor>, prefix: string): ReadonlyMap<string, StoredTensor> {
  const start = `${prefix}.`;
  const found = new Map(
    [...tensors].flatMap(([name, stored]) =>
      name.startsWith(start) ? [[name.slice(start.length), stored] as const] : [],
    ),
  );
  if (found.size > 0) return found;
  const firsts = [...new Set(Array.from(tensors.keys(), (name) => name.split(".")[0]))];
  throw new ValueError(
    "loadPyTorch",
    { within: prefix, names: firsts.slice(0, 8).join(", ") },
    "no name in the file begins with it",
    firsts.length > 0 ? `its names begin with ${firsts.slice(0, 3).join(", ")}` : "the file has no tensors",
  );
}
