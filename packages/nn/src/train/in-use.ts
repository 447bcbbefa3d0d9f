import { assertFunction, refusePromise, wrongArgument } from "@unfoldjs/tensor-core";
import { type AnyModule, isModule } from "../module/any-module.ts";
import { inUse as allInUse } from "./modes.ts";

/**
 * Runs `f` with a model, and all modules below it, set to use as `eval()` does, and gives the modes back as they were, also
 * where `f` throws: for whoever looks at a model that somebody else is training. A module that is in use already stays so.
 *
 * @param f what to run; not async, since others might train in between @returns what `f` gives
 * @throws ValueError unless `model` is a module, ScopeError if `f` is async
 * @example const logits = inUse(model, () => noGrad(() => model.forward(pictures)));
 */
export function inUse<R>(model: AnyModule, f: () => R): R {
  if (!isModule(model)) throw wrongArgument("inUse", "model", model, "a module");
  assertFunction("inUse", "f", f);
  const modules = model.namedModules().map(([, module]) => module);
  return allInUse(modules, () => {
    const result = f();
    refusePromise("inUse", result);
    return result;
  });
}
