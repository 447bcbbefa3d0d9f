import { type DType, fromArray, isTensor, type Shape, type Tensor, type TypedArrayOf } from "@unfoldjs/tensor-core";

/** A tensor on its way between threads: its elements, which go over without being copied. */
interface PackedTensor {
  readonly packed: "tensor";
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: TypedArrayOf[DType];
}

/** A batch with its tensors packed, and the memory of these. */
export function packed(batch: unknown): { readonly value: unknown; readonly memory: ArrayBuffer[] } {
  const memory: ArrayBuffer[] = [];
  const pack = (value: unknown): unknown => {
    if (isTensor(value)) {
      const tensor: Tensor<Shape, DType> = value;
      const data = tensor.data();
      memory.push(data.buffer as ArrayBuffer);
      return { packed: "tensor", shape: [...tensor.shape], dtype: tensor.dtype, data } satisfies PackedTensor;
    }
    return mapped(value, pack);
  };
  return { value: pack(batch), memory };
}

/** A batch as it was packed. */
export function unpacked(value: unknown): unknown {
  if (isPacked(value)) return fromArray<Shape, DType>(value.data, value.shape, value.dtype);
  return mapped(value, unpacked);
}

function isPacked(value: unknown): value is PackedTensor {
  return typeof value === "object" && value !== null && "packed" in value && value.packed === "tensor";
}

/** Arrays and plain records with each value changed; others as they are. */
function mapped(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (
    typeof value !== "object" ||
    value === null ||
    ![Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
  )
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, change(each)]));
}
