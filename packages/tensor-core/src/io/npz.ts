import { FormatError } from "../errors/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DType } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import type { ReadOptions } from "./element-kind.ts";
import { encodeNpy, readNpy } from "./npy.ts";
import type { StoredTensor } from "./stored-tensor.ts";
import { unzip } from "./zip.ts";
import { zip } from "./zip-writer.ts";
import { checkOptions, truthValue } from "../arguments/options.ts";
import { assertBytes } from "../arguments/checks.ts";
import { assertReadOptions } from "./element-kind.ts";
import { assertNamedTensors } from "../tensor/assert-tensor.ts";

const SUFFIX = ".npy";

/**
 * The bytes of an .npz archive, as `numpy.savez` writes it; with `compress`, as `numpy.savez_compressed`.
 * @param tensors by name
 */
export function encodeNpz(
  tensors: Readonly<Record<string, Tensor<Shape, DType>>>,
  options: { compress?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  assertNamedTensors("encodeNpz", tensors);
  checkOptions("encodeNpz", options, { compress: truthValue });
  const { compress = false } = options;
  const files = Object.entries(tensors).map(([name, tensor]) => [`${name}${SUFFIX}`, encodeNpy(tensor)] as const);
  return zip(new Map(files), compress, "encodeNpz");
}

/**
 * Opens the bytes of an .npz archive: its arrays by name, without the `.npy`. One that cannot be read, such as an array of
 * texts, is refused when its elements are asked for.
 * @throws FormatError as `decodeNpy`, and if the archive is damaged, encrypted, or holds something that is no array
 */
export function decodeNpz(bytes: Uint8Array, options: ReadOptions = {}): ReadonlyMap<string, StoredTensor> {
  assertBytes("decodeNpz", "bytes", bytes);
  assertReadOptions("decodeNpz", options);
  const op = "decodeNpz";
  const tensors = new Map<string, StoredTensor>();
  for (const [file, content] of unzip(bytes, op)) {
    if (!file.endsWith(SUFFIX)) throw new FormatError(op, { entry: file }, "every entry must be an .npy file");
    tensors.set(file.slice(0, -SUFFIX.length), readNpy(content, { op, file }, options));
  }
  return tensors;
}
