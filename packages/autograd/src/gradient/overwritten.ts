import { type AnyTensor, GradientError } from "@unfoldjs/tensor-core";

/** The error of using a tensor whose gradient or tangent is known, but of the elements that it had before. */
export function overwritten(
  op: string,
  known: "gradient" | "tangent",
  { shape, storage }: Pick<AnyTensor, "shape" | "storage">,
): GradientError {
  return new GradientError(
    op,
    { shape, "overwritten by": storage.writer },
    `the ${known} of this tensor is that of what it was before it was overwritten`,
    `let ${storage.writer} write to a clone()`,
  );
}
