import { Generator } from "@unfoldjs/tensor-core";
import { withoutRepeats } from "./members.ts";
import type { Module } from "./module.ts";

/** The generators among the fields of a module and of those below it, each once. */
export function generatorsOf(module: Module): [path: string, generator: Generator][] {
  return withoutRepeats(
    module
      .namedModules()
      .flatMap(([path, inner]) =>
        Object.entries(inner).flatMap(([name, value]: [string, unknown]): [string, Generator][] =>
          value instanceof Generator ? [[path === "" ? name : `${path}.${name}`, value]] : [],
        ),
      ),
  );
}
