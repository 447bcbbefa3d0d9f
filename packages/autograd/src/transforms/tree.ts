import {
  type DType,
  DTypeError,
  type Evidence,
  isTensor,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { kindOf } from "./function.ts";

/** A tensor, or tensors in arrays and plain records at any depth. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree };

/**
 * An object that says which tensors it learns, each with a path: a `Module` of `@unfoldjs/nn` is one, and anything else
 * may be. What a gradient is taken of uses these tensors as they stand; one whose `frozen` is true is a constant.
 */
export interface HasParameters {
  namedParameters(): Iterable<readonly [path: string, parameter: Tensor]>;
}

/** A derivative by something: of its structure, with a record of tensors by path for an object that has parameters. */
export type GradientOf<T> =
  T extends Tensor<infer S>
    ? Tensor<S>
    : T extends HasParameters
      ? Readonly<Record<string, Tensor>>
      : T extends object
        ? { [K in keyof T]: GradientOf<T[K]> }
        : never;

/** A tensor in a tree, and the way to it: "layers.0.weight", or "" for the tree itself. */
type Leaf = readonly [path: string, tensor: Tensor];

/**
 * The tensors of a tree, in the order of its fields: tensors, objects that have parameters, and these in arrays and plain
 * records.
 * @param what the tree is, for the message
 * @throws DTypeError on a tensor that is not f32, ValueError on anything that is no tensor, and on a tree that contains itself
 */
export function leavesOf(op: string, tree: unknown, what: string = "the first argument"): Tensor[] {
  return namedLeaves(op, tree, what).map(([, tensor]) => tensor);
}

/** As `leavesOf`, each with its path. */
export function namedLeaves(op: string, tree: unknown, what: string = "the first argument"): Leaf[] {
  return leavesBelow(op, tree, what, "", []);
}

/** @param above the records that lead here */
function leavesBelow(op: string, tree: unknown, what: string, path: string, above: readonly object[]): Leaf[] {
  if (isTensor(tree)) return [[path, asFloat(op, path, tree)]];
  if (typeof tree !== "object" || tree === null) throw notATree(op, tree, what, path);
  if (hasParameters(tree)) {
    return learned(tree).map(([name, parameter]) => [below(path, name), asFloat(op, below(path, name), parameter)]);
  }
  if (!isPlain(tree)) throw notATree(op, tree, what, path);
  if (above.includes(tree)) {
    throw new ValueError(op, placed(path), `${what} contains itself`, "leave out the field that leads back");
  }
  const chain = [...above, tree];
  return Object.entries(tree).flatMap(([name, branch]) => leavesBelow(op, branch, what, below(path, name), chain));
}

/**
 * A derivative of the structure of `tree` with these tensors, in the order of `leavesOf`: an object that has parameters
 * becomes a record.
 */
export function withLeaves<T extends object>(tree: T, leaves: readonly Tensor[]): GradientOf<T> {
  return rebuilt(tree, leaves) as GradientOf<T>;
}

/** As `withLeaves`, with anything in the place of each leaf. */
export function rebuilt(tree: object, leaves: readonly object[]): object {
  const rest = leaves[Symbol.iterator]();
  const next = (): object => rest.next().value as object;
  const rebuild = (branch: object): object => {
    if (isTensor(branch)) return next();
    if (hasParameters(branch)) return Object.fromEntries(learned(branch).map(([name]) => [name, next()]));
    if (Array.isArray(branch)) return branch.map(rebuild);
    return Object.fromEntries(Object.entries(branch).map(([name, value]) => [name, rebuild(value as object)]));
  };
  return rebuild(tree);
}

/**
 * The tensors of `other`, which must have the structure and shapes of `tree`, in the order of `leavesOf(tree)`.
 * @param what it is, for the message: "tangent"
 * @throws ShapeError, ValueError naming the first place that differs
 */
export function matchingLeaves(op: string, what: string, tree: object, other: object): Tensor[] {
  const leaves = namedLeaves(op, tree);
  const given = new Map(namedLeaves(op, other, `the ${what}`).map(([path, tensor]) => [path, tensor]));
  const matched = leaves.map(([path, { shape }]) => {
    const found = given.get(path);
    given.delete(path);
    if (found === undefined) {
      throw new ValueError(
        op,
        placed(path, { shape }),
        `there is no ${what} for this tensor`,
        "pass zerosLike(tensor)",
      );
    }
    if (!sameShape(found.shape, shape)) {
      throw new ShapeError(op, placed(path, { shape, [what]: found.shape }), `a ${what} has the shape of its tensor`);
    }
    return found;
  });
  for (const [path, { shape }] of given) {
    throw new ValueError(op, placed(path, { shape }), `there is no tensor that this ${what} could be of`);
  }
  return matched;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** True for an object that says which tensors it learns. */
export function hasParameters(value: object): value is HasParameters {
  return "namedParameters" in value && typeof value.namedParameters === "function";
}

/** The parameters that are not constants. */
function learned(owner: HasParameters): Leaf[] {
  return [...owner.namedParameters()].filter(([, parameter]) => !("frozen" in parameter && parameter.frozen === true));
}

/** Arrays and records made by a literal: of other objects nobody knows what their fields mean. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notATree(op: string, came: unknown, what: string, path: string): ValueError {
  const rule = `${what} must hold tensors: one, or several in arrays, plain records and objects that have parameters`;
  return new ValueError(op, { ...placed(path), came: kindOf(came) }, rule, remedyFor(came));
}

function remedyFor(came: unknown): string {
  if (came instanceof Map) return "pass a record: Object.fromEntries(map)";
  if (came instanceof Promise) return "await it first";
  if (typeof came === "number") return "pass numbers as further arguments, or as tensor(number)";
  if (typeof came !== "object" || came === null) return "pass what else the function needs as further arguments";
  return "pass its tensors in a record, or give its class namedParameters()";
}

function asFloat(op: string, path: string, tensor: Tensor<Shape, DType>): Tensor {
  tensor.assertLive(op);
  if (tensor.dtype === "f32") return tensor as Tensor;
  throw new DTypeError(
    op,
    placed(path, { dtype: tensor.dtype, shape: tensor.shape }),
    "only f32 tensors have gradients",
    'convert it with .to("f32")',
  );
}

function below(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function placed(path: string, came: Readonly<Record<string, Evidence>> = {}): Record<string, Evidence> {
  return path === "" ? { ...came } : { at: path, ...came };
}
