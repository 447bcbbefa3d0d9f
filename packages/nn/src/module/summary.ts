import { noGrad } from "@unfoldjs/autograd";
import { isTensor, scope, type Shape, zeros, assertShape, checkOptions, aDType, inCall } from "@unfoldjs/tensor-core";
import { countCosts, NOTHING, type OwnCost } from "./multiply-adds.ts";
import type { AnyModule } from "./any-module.ts";
import { type Summary, type SummaryOptions, type SummaryRow, table } from "./summary-table.ts";

/** Runs zeros through `module`, without a gradient and in eval mode, and reports what happened. */
export function summarise(module: AnyModule, inputShape: Shape, options: SummaryOptions = {}): Summary {
  assertShape("summary", "inputShape", inputShape);
  checkOptions("summary", options, { dtype: aDType });
  const { dtype = "f32" } = options;
  const modules = module.namedModules();
  const modes = modules.map(([, inner]) => inner.training);
  const shapes = new Map<AnyModule, Shape>();
  const removers = modules.map(([, inner]) =>
    inner.onForward(({ output }) => {
      if (isTensor(output)) shapes.set(inner, output.shape);
    }),
  );
  module.eval();
  try {
    // A model's forward takes what it takes; the shape it is asked about is the caller's word for it.
    const forward = module.forward as (x: unknown) => unknown;
    const costs = noGrad(() =>
      countCosts(() => scope(() => void forward(inCall("summary", () => zeros(inputShape, dtype))))),
    );
    return report(module, modules, shapes, costs);
  } finally {
    removers.forEach((remove) => remove());
    modules.forEach(([, inner], i) => (inner.training = modes[i] ?? true));
  }
}

function report(
  module: AnyModule,
  modules: readonly [string, AnyModule][],
  shapes: ReadonlyMap<AnyModule, Shape>,
  costs: ReadonlyMap<AnyModule | undefined, OwnCost>,
): Summary {
  const counted = new Set<unknown>();
  const rows = modules.map(([path, inner]): SummaryRow => {
    const own = [...inner.members()].flatMap(([, member]) => {
      if (!("grad" in member) || counted.has(member)) return [];
      counted.add(member);
      return [member.size];
    });
    return {
      path,
      class: inner.constructor.name,
      outputShape: shapes.get(inner),
      parameters: own.reduce((sum, size) => sum + size, 0),
      ...(costs.get(inner) ?? NOTHING),
    };
  });
  const parameters = module.parameters();
  const summary = {
    rows,
    parameters: parameters.reduce((sum, { size }) => sum + size, 0),
    trainable: parameters.reduce((sum, { size, frozen }) => (frozen ? sum : sum + size), 0),
    multiplyAdds: [...costs.values()].reduce((sum, cost) => sum + cost.multiplyAdds, 0),
    activationBytes: [...costs.values()].reduce((sum, cost) => sum + cost.activationBytes, 0),
  };
  return { ...summary, toString: () => table(summary) };
}
