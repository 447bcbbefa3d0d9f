import { costOf, type DType, type Handler, type Results, withHandler } from "@unfoldjs/tensor-core";
import type { AnyModule } from "./any-module.ts";
import { runningModule } from "./running.ts";

/** What a module's own forward did. */
export interface OwnCost {
  readonly multiplyAdds: number;
  /** Of results that are no views. */
  readonly activationBytes: number;
}

/** Runs `f` and counts what is computed in it by the module whose forward did it; undefined is outside of any. */
export function countCosts(f: () => void): ReadonlyMap<AnyModule | undefined, OwnCost> {
  const costs = new Map<AnyModule | undefined, OwnCost>();
  const counter: Handler = {
    name: "multiply-adds",
    handle: (call, next) => {
      const results = next();
      const module = runningModule();
      const before = costs.get(module) ?? NOTHING;
      costs.set(module, {
        multiplyAdds: before.multiplyAdds + costOf(call, results).multiplyAdds,
        activationBytes: before.activationBytes + (call.op.kind === "view" ? 0 : bytesIn(results)),
      });
      return results;
    },
  };
  withHandler(counter, f);
  return costs;
}

export const NOTHING: OwnCost = { multiplyAdds: 0, activationBytes: 0 };

function bytesIn(results: Results): number {
  return Object.values(results).reduce(
    (sum, each) => sum + (each === undefined ? 0 : each.size * ITEM_BYTES[each.dtype]),
    0,
  );
}

const ITEM_BYTES: Readonly<Record<DType, number>> = { f32: 4, i32: 4, f16: 2, bf16: 2, u8: 1, i8: 1, bool: 1 };
