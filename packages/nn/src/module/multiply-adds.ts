import { costOf, type Handler, withHandler } from "@unfoldjs/tensor-core";
import type { AnyModule } from "./any-module.ts";
import { runningModule } from "./running.ts";

/** Runs `f` and counts the multiply-adds in it by the module whose forward did them; undefined is outside of any. */
export function countMultiplyAdds(f: () => void): ReadonlyMap<AnyModule | undefined, number> {
  const costs = new Map<AnyModule | undefined, number>();
  const counter: Handler = {
    name: "multiply-adds",
    handle: (call, next) => {
      const results = next();
      const module = runningModule();
      costs.set(module, (costs.get(module) ?? 0) + costOf(call, results).multiplyAdds);
      return results;
    },
  };
  withHandler(counter, f);
  return costs;
}
