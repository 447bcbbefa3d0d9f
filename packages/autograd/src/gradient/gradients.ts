import { aliasOf, type Shape, type Tensor, unowned } from "@unfoldjs/tensor-core";
import type { RowGradient } from "./row-gradient.ts";
import { isDerivedFurther } from "./derivation.ts";

/** A second handle on a tensor, which the caller disposes. */
export function unownedAlias(tensor: Tensor): Tensor {
  return unowned(() => aliasOf(tensor));
}

/** Whether the gradient of looked-up rows stays rows: never, or where there is no whole gradient that they are added to. */
export type RowsWanted = "never" | "alone";

/** Gradients by the id of their tensor, while they are being gathered: whole ones, and rows of tables. */
export class Gradients {
  private readonly sums = new Map<number, Tensor>();
  private readonly rows = new Map<number, RowGradient>();

  /** The whole gradient of a tensor that others were made of. */
  get(id: number): Tensor | undefined {
    const rows = this.rows.get(id);
    if (rows !== undefined) {
      this.rows.delete(id);
      this.add(id, rows.toDense());
    }
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

  /** Adds the gradient of some rows, which it takes over. */
  addRows(id: number, gradient: RowGradient): void {
    this.rows.set(id, this.rows.get(id)?.joined(gradient) ?? gradient);
  }

  /** True if this very tensor is the sum of a tensor's gradients. */
  isSum(id: number, gradient: Tensor): boolean {
    return this.sums.get(id) === gradient;
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
    this.rows.get(id)?.dispose();
    this.rows.delete(id);
  }

  /** Lets go of all that is not wanted, and hands the rest over. */
  handOver(wanted: ReadonlySet<number>, rows: RowsWanted): ReadonlyMap<number, Tensor | RowGradient> {
    for (const id of [...this.sums.keys(), ...this.rows.keys()]) if (!wanted.has(id)) this.drop(id);
    // A table that is used as a whole too (tied weights) has a whole gradient, as PyTorch's.
    for (const id of Array.from(this.rows.keys())) if (rows === "never" || this.sums.has(id)) this.get(id);
    return new Map<number, Tensor | RowGradient>([...this.sums, ...this.rows]);
  }

  dispose(): void {
    for (const id of [...this.sums.keys(), ...this.rows.keys()]) this.drop(id);
  }
}
