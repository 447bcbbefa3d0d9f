import { aliasOf, clone, type Tensor } from "@unfoldjs/tensor-core";

/**
 * A derivative as its caller may have it: in memory of its own, dense and writable. Derivatives that are gathered may be
 * views, such as one element expanded to a shape, or what somebody else holds too.
 */
export function own(derivative: Tensor | undefined): Tensor | undefined {
  if (derivative === undefined) return undefined;
  return derivative.isContiguous && !derivative.storage.isShared ? aliasOf(derivative) : clone(derivative);
}
