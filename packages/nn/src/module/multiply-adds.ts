import { type AnyTensor, type Call, type Handler, withHandler } from "@unfoldjs/tensor-core";
import { runningModule } from "./forward.ts";
import type { Module } from "./module.ts";

/** Multiply-adds of one call, from the shapes that really came. Ops that are not here do none worth counting. */
const COSTS: Readonly<Record<string, (call: Call, output: AnyTensor) => number>> = {
  // (…, rows, inner) × (…, inner, columns): one for each element of the result and step along `inner`
  matmul: ({ inputs }, output) => output.size * (inputs["a"]?.shape.at(-1) ?? 0),
  linear: ({ inputs }, output) => output.size * (inputs["x"]?.shape.at(-1) ?? 0),
  // weight (out, in / groups, kernel height, kernel width): each result element sums over all axes but the first
  conv2d: ({ inputs }, output) =>
    output.size * (inputs["weight"]?.shape.slice(1).reduce((product, size) => product * size, 1) ?? 0),
};

/** Runs `f` and counts the multiply-adds in it by the module whose forward did them; undefined is outside of any. */
export function countMultiplyAdds(f: () => void): ReadonlyMap<Module | undefined, number> {
  const costs = new Map<Module | undefined, number>();
  const counter: Handler = {
    name: "multiply-adds",
    handle: (call, next) => {
      const output = next();
      const cost = COSTS[call.op.name]?.(call, output) ?? 0;
      const module = runningModule();
      costs.set(module, (costs.get(module) ?? 0) + cost);
      return output;
    },
  };
  withHandler(counter, f);
  return costs;
}
