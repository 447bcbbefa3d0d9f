import { assertWhole, type DType, type Shape, type Tensor, wrongArgument } from "@unfoldjs/tensor-core";
import { type Argument, isModule, type NamedMember } from "../module/any-module.ts";
import { Module } from "../module/module.ts";

/**
 * A module that makes one tensor of floats of one tensor: of floats, unless `D` says otherwise, as for an embedding, whose
 * forward takes whole numbers (`Layer<"i32">`).
 */
export type Layer<D extends DType = "f32"> = Module & { forward(x: Tensor<Shape, D>): Tensor };

/**
 * Layers one after the other. Their names are "0", "1", …, as in PyTorch. The result of a layer is dropped as soon as
 * the next has used it, unless a gradient needs it. What the first layer takes is what the whole takes.
 *
 * @example new Sequential(new Flatten(), new Linear(784, 128), new ReLU(), new Linear(128, 10))
 * @example new Sequential(new Embedding(1000, 16), new Flatten(), new Linear(16 * 20, 2)) // takes i32
 */
export class Sequential<D extends DType = "f32"> extends Module {
  static override readonly name: string = "Sequential";

  readonly layers: readonly (Layer<D> | Layer)[];

  constructor(...layers: Layer[]);
  constructor(first: Layer<D>, ...rest: Layer[]);
  constructor(...layers: (Layer<D> | Layer)[]) {
    super();
    layers.forEach((layer: unknown, at) => {
      if (!isModule(layer))
        throw wrongArgument("Sequential", `layers[${at}]`, layer, "a layer: a Module", fixFor(layer));
    });
    this.layers = layers;
  }

  /** @param x as the first layer takes it @returns what the last one gives; `x` itself without layers */
  override forward(x: Tensor<Shape, D>): Tensor {
    // Floats, but for what the first layer takes: the constructor's types say so.
    let current = x as Tensor<Shape, DType> as Tensor;
    for (const layer of this.layers as readonly Layer[]) {
      const next = layer.forward(current);
      // Not what the caller owns, what a layer passed through, or what a hook keeps.
      if (current !== x && current !== next && current.endsWithScope) current.dispose();
      current = next;
    }
    return current;
  }

  /** The layer at a position; from the end if negative. */
  at(index: number): Layer<D> | Layer | undefined {
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
