import { cast, type DType, type Shape, type Tensor, ValueError } from "@unfoldjs/tensor-core";

/** What a file can store f32 as. */
export type FileDType = "f32" | "f16" | "bf16";

const FILE_DTYPES: readonly FileDType[] = ["f32", "f16", "bf16"];

/**
 * The tensors as they go to a file: f32 in another dtype, others as they are.
 * @throws ValueError on another dtype, or if a number would become infinite
 */
export function storedAs(
  op: string,
  tensors: Readonly<Record<string, Tensor<Shape, DType>>>,
  dtype: FileDType,
): Readonly<Record<string, Tensor<Shape, DType>>> {
  if (!FILE_DTYPES.includes(dtype)) {
    throw new ValueError(op, { dtype }, `a model's floats are stored as one of ${FILE_DTYPES.join(", ")}`);
  }
  if (dtype === "f32") return tensors;
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      tensor.dtype === "f32" ? narrowed(op, name, tensor, dtype) : tensor,
    ]),
  );
}

function narrowed(op: string, name: string, tensor: Tensor<Shape, DType>, dtype: FileDType): Tensor<Shape, DType> {
  const stored = cast(tensor, dtype);
  const before = tensor.data();
  const lost = stored.data().findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(before[i]));
  if (lost === -1) return stored;
  throw new ValueError(
    op,
    { tensor: name, position: lost, value: before[lost] },
    `${dtype} cannot hold this number: it would become infinite`,
    dtype === "f16" ? 'store it as "bf16", which reaches as far as f32' : "store it as f32",
  );
}
