import type { DType, Shape, StoredTensor, Tensor } from "@unfoldjs/tensor-core";

/** Parameters and buffers by their PyTorch names: `features.0.weight`, `bn.running_mean`. */
export type StateDict = Readonly<Record<string, Tensor<Shape, DType>>>;

/** Tensors by name as they lie in a file: `decodeSafetensors(bytes).tensors`. */
export type StoredStateDict = ReadonlyMap<string, StoredTensor>;

/** What `loadStateDict` did not use, or could not fill; nothing if it was strict. */
export interface LoadReport {
  /** In the module, not in the dict: left as they were. */
  readonly missing: readonly string[];
  /** In the dict, not in the module: ignored. */
  readonly unexpected: readonly string[];
  /** For missing names those in the dict that were most likely meant, where there are any. */
  readonly nearest?: Readonly<Record<string, string>>;
}
