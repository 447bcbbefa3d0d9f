import { assertBytes } from "../arguments/checks.ts";
import { FormatError } from "../errors/index.ts";
import { assertReadOptions, type ReadOptions } from "./element-kind.ts";
import { unpickle } from "./pickle.ts";
import { Archive } from "./pytorch-archive.ts";
import { OP } from "./pytorch-storage.ts";
import { assertValue, type PyTorchValue, tensorsIn } from "./pytorch-value.ts";
import type { StoredTensor } from "./stored-tensor.ts";

/** A file that `torch.save` wrote. */
export interface PyTorchFile {
  /** What was saved. */
  readonly value: PyTorchValue;
  /** Its tensors by the way to them: the keys of a state dict, "model.conv1.weight" and "optimizer.state.0.exp_avg" in a checkpoint. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Opens the bytes of a file that `torch.save` wrote (PyTorch 1.6 and later, a zip archive): state dicts, and checkpoints made
 * of dicts, lists, tuples, numbers, texts, truth values, None and tensors. Its pickle is read without running anything:
 * whatever else it asks for, a whole module or a function, is refused by its name.
 *
 * Elements are read, without keeping them, each time they are asked for, views by their strides; dtypes become what
 * `decodeSafetensors` makes of them. Tensors of one storage read the same bytes; those that are the same view of it are one
 * `StoredTensor`.
 *
 * @param bytes the whole file; it is not copied
 * @throws FormatError that says what is wrong and where
 * @example model.loadStateDict(decodePyTorch(bytes).tensors)
 */
export function decodePyTorch(bytes: Uint8Array, options: ReadOptions = {}): PyTorchFile {
  assertBytes(OP, "bytes", bytes);
  assertReadOptions(OP, options);
  assertNotLegacy(bytes);
  const archive = new Archive(bytes, options);
  const value = unpickle(archive.pickle(), OP, archive);
  assertValue(value, new Set(), new Set());
  return { value, tensors: tensorsIn(value) };
}

/** @throws FormatError on files of before PyTorch 1.6, which are several pickles and no archive */
function assertNotLegacy(bytes: Uint8Array): void {
  if (bytes[0] !== 0x80 || (bytes[1] ?? 0) < 2 || (bytes[1] ?? 0) > 5) return;
  throw new FormatError(
    OP,
    { bytes: bytes.length },
    "this is a pickle by itself, as PyTorch wrote before 1.6, and no archive",
    'in PyTorch: torch.save(torch.load("x.pt", map_location="cpu"), "new.pt")',
  );
}
