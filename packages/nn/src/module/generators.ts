import { type Generator, isGenerator } from "@unfoldjs/tensor-core";
import type { AnyModule } from "./any-module.ts";
import { valuesWithin } from "./fields.ts";
import { withoutRepeats } from "./members.ts";

/**
 * The generators among the fields of a module and of those below it, each once; in arrays, plain records and Maps too.
 */
export function generatorsOf(module: AnyModule): [path: string, generator: Generator][] {
  return withoutRepeats(
    module
      .namedModules()
      .flatMap(([path, inner]) =>
        valuesWithin(inner, isGenerator).map(([field, way, generator]): [string, Generator] => [
          path === "" ? field + way : `${path}.${field}${way}`,
          generator,
        ]),
      ),
  );
}
