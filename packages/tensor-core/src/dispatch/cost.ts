import { ITEM_SIZE } from "../types/dtype.ts";
import type { Call } from "./handler.ts";
import type { AnyTensor, Results } from "./results.ts";

/** What a call of an op took, for summaries and profilers. */
export interface Cost {
  /** Products that were added up; 0 for an op that has none. */
  readonly multiplyAdds: number;
  /** Bytes of what went in and came out; 0 for a view. */
  readonly bytes: number;
}

/** The cost of a call that gave `results`, as its op's record says it. */
export function costOf({ op, inputs, attributes }: Call, results: Results): Cost {
  if (op.kind === "view") return { multiplyAdds: 0, bytes: 0 };
  let bytes = 0;
  for (const name in inputs) bytes += bytesOf(inputs[name]);
  for (const name in results) bytes += bytesOf(results[name]);
  if (op.kind === "update") {
    for (const name of op.writes) bytes += bytesOf(inputs[name]);
    return { multiplyAdds: op.multiplyAdds?.(inputs as never, attributes as never) ?? 0, bytes };
  }
  const out = op.isSingle ? results["y"] : results;
  return { multiplyAdds: op.multiplyAdds?.(inputs as never, out as never, attributes as never) ?? 0, bytes };
}

function bytesOf(tensor: AnyTensor | undefined): number {
  return tensor === undefined ? 0 : tensor.size * ITEM_SIZE[tensor.dtype];
}
