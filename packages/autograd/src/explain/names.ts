import { type AnyTensor, data, type Tensor } from "@unfoldjs/tensor-core";
import type { TapeNode } from "../tape/tape.ts";
import { numberSign, type Sign, signOf } from "./notation.ts";

/**
 * What the tensors of a derivation are called: inputs by their paths, the result y, what lies between them v1, v2, …, and
 * constants by what the op calls them. A view that only adds or drops axes of size 1 keeps its tensor's name.
 */
export class Names {
  private readonly names = new Map<number, string>();
  private readonly same = new Map<number, number>();
  private readonly taken = new Set<string>();
  private between = 0;

  /** @param leaves inputs with their paths @param result id of the result @param nodes of the tape, in order */
  constructor(
    leaves: readonly (readonly [path: string, tensor: Tensor])[],
    result: number,
    nodes: readonly TapeNode[],
  ) {
    for (const { op, outputs, sources } of nodes) {
      const [output, source] = [outputs[0]?.id, sources[0]?.id];
      if (op === "resqueeze" && output !== undefined && source !== undefined) this.same.set(output, this.root(source));
    }
    for (const [path, { id }] of leaves) this.give(id, path === "" ? "x" : path);
    this.give(result, "y");
  }

  /** The name of a tensor that a gradient goes through. */
  of(id: number): string {
    return this.names.get(this.root(id)) ?? this.give(id, `v${++this.between}`);
  }

  /** A tensor as it stands in a formula. @param place what the op calls it */
  sign(tensor: AnyTensor, place: string, isFollowed: boolean): Sign {
    if (isFollowed || this.names.has(this.root(tensor.id))) return signOf(this.of(tensor.id), tensor.shape);
    if (tensor.size === 1) return numberSign(Number(data(tensor)[0]));
    return signOf(this.give(tensor.id, place.length > 1 ? place : "c"), tensor.shape);
  }

  private root(id: number): number {
    return this.same.get(id) ?? id;
  }

  /** Names a tensor, unless it has a name. */
  private give(id: number, wanted: string): string {
    const root = this.root(id);
    const present = this.names.get(root);
    if (present !== undefined) return present;
    let name = wanted;
    for (let i = 2; this.taken.has(name); i++) name = `${wanted}${i}`;
    this.names.set(root, name);
    this.taken.add(name);
    return name;
  }
}
