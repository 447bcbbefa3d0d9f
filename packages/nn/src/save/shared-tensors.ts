import { type DType, FormatError, type Shape, type StoredTensor, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import type { Module } from "../module/module.ts";
import type { StateDict } from "../module/state.ts";
import { tie } from "../module/tie.ts";

/** A state dict in which each tensor is once, and what it is called besides. */
export interface Once {
  readonly tensors: Readonly<Record<string, Tensor<Shape, DType>>>;
  /** Other names, with the name under which the tensor is in `tensors`. */
  readonly aliases: Readonly<Record<string, string>>;
}

/**
 * Keeps the first, by alphabet, of a tensor's names. PyTorch's `safetensors.torch.save_model` does so, and notes the
 * others in the metadata as we do: `"head.weight": "embed.weight"`.
 */
export function once(dict: StateDict): Once {
  const names = new Map<Tensor<Shape, DType>, string>();
  const aliases: Record<string, string> = {};
  for (const [name, tensor] of Object.entries(dict).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const kept = names.get(tensor);
    if (kept === undefined) names.set(tensor, name);
    else aliases[name] = kept;
  }
  return { tensors: Object.fromEntries(Array.from(names, ([tensor, name]) => [name, tensor])), aliases };
}

/** @throws ValueError if a text of the user's has the name of a tensor, which says where that one is */
export function assertApart(op: string, aliases: Once["aliases"], metadata: Readonly<Record<string, string>>): void {
  const taken = Object.keys(metadata).find((name) => Object.hasOwn(aliases, name));
  if (taken === undefined) return;
  throw new ValueError(
    op,
    { name: taken },
    "this name is taken: the model has a tensor of this name, which it also has under another",
    "choose another",
  );
}

/**
 * Makes tensors of a model one that were one when its file was written, as far as its constructor has not done so.
 * @throws FormatError if they differ in their shapes, or cannot be put in their places
 */
export function tieAgain(
  model: Module,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): void {
  for (const [name, kept] of Object.entries(metadata)) {
    if (tensors.has(name) || !tensors.has(kept)) continue;
    const own = model.stateDict();
    const [other, one] = [own[name], own[kept]];
    if (other === undefined || one === undefined || other === one) continue;
    const alike = other.shape.join() === one.shape.join() && other.dtype === one.dtype;
    if (alike && tie(model, other as never, one as never)) continue;
    throw new FormatError(
      "load",
      { name, same: kept, shapes: `[${other.shape.join(", ")}] and [${one.shape.join(", ")}]` },
      "the file says that two tensors are one, which they cannot be in this model",
      alike ? "let the class's constructor make them one" : "load it with the classes that it was written with",
    );
  }
}
