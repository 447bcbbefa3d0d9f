import { cast } from "../ops/copy/cast.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type DType, DTYPES, type HeapArrayOf, type TypedArrayOf } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import { converted, fromElements } from "./converted.ts";
import type { ElementKind, Origin, ReadOptions } from "./element-kind.ts";
import { inRowMajorOrder } from "./strided.ts";

/** A tensor as it lies in a file: nothing is copied or converted before it is asked for. */
export interface StoredTensor {
  /** What the file calls its element type: `"F16"`, `"<i8"`. */
  readonly storedAs: string;
  /** The dtype it is read as; `undefined` if there is none that can hold it. */
  readonly dtype: DType | undefined;
  readonly shape: Shape;
  /**
   * The elements in row-major order, in an array of their own, which is for `dtype` what `Tensor.data()` gives.
   * @throws FormatError on a value that `dtype` cannot hold
   */
  data(): TypedArrayOf[DType];
  /** A new tensor, owned by the caller. @throws FormatError as `data()`, ShapeError on more axes than a tensor has */
  tensor(): Tensor<Shape, DType>;
}

/** What a file says of one tensor. */
export interface StoredLayout {
  readonly storedAs: string;
  readonly kind: ElementKind;
  readonly shape: Shape;
  readonly bytes: Uint8Array;
  /** True if the first axis runs fastest, as in Fortran. */
  readonly columnMajor?: boolean;
}

/** Makes the lazy view of a stored tensor. `bytes` must be as many as shape and kind ask for. */
export function storedTensor(layout: StoredLayout, origin: Origin, options: ReadOptions): StoredTensor {
  const { storedAs, kind, shape, bytes, columnMajor = false } = layout;
  const dtype = options.storage === "keep" ? kind.dtype : (kind.wide ?? kind.dtype);
  const read = (): HeapArrayOf[DType] => {
    const elements = kind.read(bytes, origin, options);
    return columnMajor ? rowMajorFrom(elements, shape) : elements;
  };
  // A kind that cannot be read, and so has no dtype, has thrown in read().
  const [as, wanted] = [kind.dtype ?? "f32", dtype ?? "f32"];
  return {
    storedAs,
    dtype,
    shape,
    data() {
      const elements = read();
      const { valuesAs } = DTYPES[wanted];
      return as === valuesAs ? (elements as TypedArrayOf[DType]) : converted(elements, as, valuesAs);
    },
    tensor: () =>
      scope(() => {
        // What is lent is copied into the heap, once.
        const lent = columnMajor ? undefined : kind.lend?.(bytes);
        return cast(fromElements(lent ?? read(), shape, as), wanted);
      }),
  };
}

/** Column-major elements put into row-major order. */
function rowMajorFrom<T extends HeapArrayOf[DType]>(elements: T, shape: Shape): T {
  const out = elements.slice() as T;
  const strides: number[] = [];
  shape.reduce((stride, size, axis) => ((strides[axis] = stride), stride * size), 1);
  inRowMajorOrder({ offset: 0, shape, strides }, out.length, (to, from) => {
    out[to] = elements[from] ?? 0;
  });
  return out;
}

/** Number of elements; 0 as soon as one axis is empty, however large the others. */
export function elementsOf(shape: Shape): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

/** True for what can be a size or an offset: a whole number from 0 up that a double holds exactly. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
}
