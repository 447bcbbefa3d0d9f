import { wrongArgument, assertWhole } from "@unfoldjs/tensor-core";
import type { Tensor } from "@unfoldjs/tensor-core";
import type { Argument, NamedMember } from "../module/any-module.ts";
import { Module } from "../module/module.ts";
import { isModule } from "../module/any-module.ts";

/** A module that makes one tensor of one tensor. */
export type Layer = Module & { forward(x: Tensor): Tensor };

/**
 * Layers one after the other. Their names are "0", "1", …, as in PyTorch. The result of a layer is dropped as soon as
 * the next has used it, unless a gradient needs it.
 *
 * @example new Sequential(new Flatten(), new Linear(784, 128), new ReLU(), new Linear(128, 10))
 */
export class Sequential extends Module {
  static override readonly name: string = "Sequential";
  readonly layers: readonly Layer[];

  constructor(...layers: Layer[]) {
    super();
    layers.forEach((layer: unknown, at) => {
      if (!isModule(layer))
        throw wrongArgument("Sequential", `layers[${at}]`, layer, "a layer: a Module", fixFor(layer));
    });
    this.layers = layers;
  }

  override forward(x: Tensor): Tensor {
    let current = x;
    for (const layer of this.layers) {
      const next = layer.forward(current);
      // Not what the caller owns, what a layer passed through, or what a hook keeps.
      if (current !== x && current !== next && current.endsWithScope) current.dispose();
      current = next;
    }
    return current;
  }

  /** The layer at a position; from the end if negative. */
  at(index: number): Layer | undefined {
    assertWhole("Sequential.at", "index", index, -Infinity);
    return this.layers.at(index);
  }

  override members(): Iterable<NamedMember> {
    return this.layers.map((layer, i) => [String(i), layer]);
  }

  override config(): readonly Argument[] {
    return this.layers;
  }
}

function fixFor(layer: unknown): string | undefined {
  if (Array.isArray(layer)) return "new Sequential(...layers)";
  return typeof layer === "function" ? "make an instance: new Sequential(new ReLU())" : undefined;
}
