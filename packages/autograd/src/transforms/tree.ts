import { isTensor, type Tensor, ValueError } from "@unfoldjs/tensor-core";

/** A tensor, or tensors in arrays and plain records at any depth. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree };

/** The tensors of a tree, in the order of its fields. @throws ValueError on anything that is not a tensor */
export function leavesOf(op: string, tree: TensorTree): Tensor[] {
  if (isTensor(tree)) {
    if (tree.dtype === "f32") return [tree];
    throw new ValueError(
      op,
      { dtype: tree.dtype, shape: tree.shape },
      "only f32 tensors have gradients",
      'convert it with .to("f32")',
    );
  }
  if (typeof tree !== "object" || tree === null) {
    throw new ValueError(
      op,
      { argument: String(tree) },
      "the first argument must hold tensors",
      "pass numbers as further arguments",
    );
  }
  return Object.values(tree).flatMap((branch: TensorTree) => leavesOf(op, branch));
}

/** The same tree with its leaves replaced, in the order of `leavesOf`. */
export function withLeaves<T extends TensorTree>(tree: T, leaves: readonly Tensor[]): T {
  const rest = leaves[Symbol.iterator]();
  const rebuild = (branch: TensorTree): TensorTree => {
    if (isTensor(branch)) return rest.next().value as Tensor;
    if (Array.isArray(branch)) return branch.map(rebuild);
    return Object.fromEntries(Object.entries(branch).map(([name, value]) => [name, rebuild(value)]));
  };
  return rebuild(tree) as T;
}
