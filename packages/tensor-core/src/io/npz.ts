import { type Zippable, zipSync } from "fflate";
import { FormatError } from "../errors/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DType } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import type { ReadOptions } from "./element-kind.ts";
import { encodeNpy, readNpy } from "./npy.ts";
import type { StoredTensor } from "./stored-tensor.ts";
import { unzip } from "./zip.ts";

const SUFFIX = ".npy";
/** zip's first day: the same tensors give the same bytes. */
const TIMESTAMP = new Date(1980, 0, 1);

/**
 * The bytes of an .npz archive, as `numpy.savez` writes it; with `compress`, as `numpy.savez_compressed`.
 * @param tensors by name
 */
export function encodeNpz(
  tensors: Readonly<Record<string, Tensor<Shape, DType>>>,
  { compress = false }: { compress?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const files: Zippable = {};
  for (const [name, tensor] of Object.entries(tensors)) files[`${name}${SUFFIX}`] = encodeNpy(tensor);
  return zipSync(files, { level: compress ? 6 : 0, mtime: TIMESTAMP });
}

/**
 * Opens the bytes of an .npz archive: its arrays by name, without the `.npy`.
 * @throws FormatError as `decodeNpy`, and if the archive is damaged, encrypted, or holds something that is no array
 */
export function decodeNpz(bytes: Uint8Array, options: ReadOptions = {}): ReadonlyMap<string, StoredTensor> {
  const op = "decodeNpz";
  const tensors = new Map<string, StoredTensor>();
  for (const [file, content] of unzip(bytes, op)) {
    if (!file.endsWith(SUFFIX)) throw new FormatError(op, { entry: file }, "every entry must be an .npy file");
    tensors.set(file.slice(0, -SUFFIX.length), readNpy(content, { op, file }, options));
  }
  return tensors;
}
