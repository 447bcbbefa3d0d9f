import { assign, data, fromArray, isTensor, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { hasParameters, leavesOf } from "../transforms/tree.ts";

/**
 * What a function is given, and how to give it the same with one element moved. A tensor in an array or a record is
 * replaced; one that an object owns, such as a module's parameter, is written to, and put back by `restore`.
 */
export class Variations<T extends object> {
  readonly leaves: readonly Tensor[];
  /** The tensors that are written to. */
  readonly owned: readonly Tensor[];
  private readonly inputs: T;
  private readonly values: readonly Float32Array[];
  private readonly written = new Set<number>();

  constructor(op: string, inputs: T) {
    this.inputs = inputs;
    this.leaves = leavesOf(op, inputs);
    this.owned = ownersIn(inputs).flatMap((owner) => leavesOf(op, owner));
    this.values = this.leaves.map((leaf) => data(leaf));
  }

  /** The value of an element. */
  valueAt(input: number, at: number): number {
    return this.values[input]?.[at] ?? Number.NaN;
  }

  /** The inputs with one element moved, and where it stands then in f32; what they are made of is the caller's scope's. */
  moved(input: number, at: number, value: number): { readonly inputs: T; readonly at: number } {
    const leaf = this.leaves[input] as Tensor;
    const elements = Float32Array.from(this.values[input] as Float32Array);
    elements[at] = value;
    const tensor = fromArray<Shape>(elements, leaf.shape);
    this.restore();
    if (this.owned.some(({ id }) => id === leaf.id)) {
      this.written.add(input);
      assign(leaf, tensor);
    }
    // One tensor in two places moves in both.
    return { inputs: replaced(this.inputs, (other) => (other.id === leaf.id ? tensor : other)) as T, at: elements[at] };
  }

  /** Puts back what was written. */
  restore(): void {
    for (const input of this.written) {
      const leaf = this.leaves[input] as Tensor;
      const before = fromArray<Shape>(this.values[input] as Float32Array, leaf.shape);
      assign(leaf, before);
      before.dispose();
    }
    this.written.clear();
  }
}

function ownersIn(tree: object): object[] {
  if (isTensor(tree)) return [];
  return hasParameters(tree) ? [tree] : Object.values(tree).flatMap((branch: object) => ownersIn(branch));
}

/** The tree with other tensors; objects that own theirs stand as they are. */
function replaced(tree: object, by: (leaf: Tensor) => Tensor): object {
  if (isTensor(tree)) return by(tree as Tensor);
  if (hasParameters(tree)) return tree;
  if (Array.isArray(tree)) return tree.map((branch: object) => replaced(branch, by));
  return Object.fromEntries(Object.entries(tree).map(([name, branch]) => [name, replaced(branch as object, by)]));
}
