import type { DType, Shape } from "@unfoldjs/tensor-core";
import { type AnyModule, isModule } from "./any-module.ts";
import { type Buffer, isBuffer } from "./buffer.ts";
import { walk } from "./members.ts";
import { isParameter, type Parameter } from "./parameter.ts";

/** What a training step needs of a model, found in one walk. */
export interface Parts {
  /** The model itself, then all below it, each once. */
  readonly modules: readonly AnyModule[];
  /** Each once. */
  readonly parameters: readonly Parameter[];
  /** Each once. */
  readonly buffers: readonly Buffer<Shape, DType>[];
}

export function partsOf(model: AnyModule): Parts {
  const modules = new Set<AnyModule>([model]);
  const parameters = new Set<Parameter>();
  const buffers = new Set<Buffer<Shape, DType>>();
  for (const [, member] of walk(model)) {
    if (isModule(member)) modules.add(member);
    else if (isParameter(member)) parameters.add(member);
    else if (isBuffer(member)) buffers.add(member);
  }
  return { modules: [...modules], parameters: [...parameters], buffers: [...buffers] };
}
