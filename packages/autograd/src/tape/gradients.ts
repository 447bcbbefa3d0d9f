import { aliasOf, type Shape, type Tensor, unowned } from "@unfoldjs/tensor-core";
import { isDerivedFurther } from "./stack.ts";

/** A second handle on a tensor, which the caller disposes. */
export function unownedAlias(tensor: Tensor): Tensor {
  return unowned(() => aliasOf(tensor));
}

/** Gradients by the id of their tensor, while they are being gathered. */
export class Gradients {
  private readonly sums = new Map<number, Tensor>();

  get(id: number): Tensor | undefined {
    return this.sums.get(id);
  }

  /** Adds a gradient, which it takes over. */
  add(id: number, gradient: Tensor): void {
    const present = this.sums.get(id);
    if (present === undefined) {
      this.sums.set(id, gradient);
      return;
    }
    this.sums.set(
      id,
      unowned(() => present.add(gradient)),
    );
    present.dispose();
    gradient.dispose();
  }

  /**
   * The sum of a tensor's gradients so far, if a kernel may add to it in place: nobody else holds it, and nobody derives
   * from it.
   */
  own(id: number, shape: Shape): Tensor | undefined {
    const sum = this.sums.get(id);
    if (sum === undefined || sum.storage.isShared || !sum.isContiguous || isDerivedFurther()) return undefined;
    return sum.shape.length === shape.length && sum.shape.every((size, axis) => size === shape[axis]) ? sum : undefined;
  }

  drop(id: number): void {
    this.sums.get(id)?.dispose();
    this.sums.delete(id);
  }

  /** Lets go of all that is not wanted, and hands the rest over. */
  handOver(wanted: ReadonlySet<number>): ReadonlyMap<number, Tensor> {
    for (const id of this.sums.keys()) if (!wanted.has(id)) this.drop(id);
    return this.sums;
  }

  dispose(): void {
    for (const id of this.sums.keys()) this.drop(id);
  }
}
