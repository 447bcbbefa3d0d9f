import { noGrad } from "@unfoldjs/autograd";
import { type DType, isTensor, scope, type Shape, zeros } from "@unfoldjs/tensor-core";
import { countMultiplyAdds } from "./multiply-adds.ts";
import type { Module } from "./module.ts";

/** What one layer makes of the input, and at what cost. */
export interface SummaryRow {
  readonly path: string;
  readonly class: string;
  /** Undefined for a layer that was not run, or whose result is not one tensor. */
  readonly outputShape: Shape | undefined;
  /** Elements of the parameters that it holds itself. */
  readonly parameters: number;
  /** Multiplications with an addition in the products and convolutions that it did itself. */
  readonly multiplyAdds: number;
}

export interface Summary {
  readonly rows: readonly SummaryRow[];
  /** Elements of all parameters, each counted once. */
  readonly parameters: number;
  /** Those that are not frozen. */
  readonly trainable: number;
  readonly multiplyAdds: number;
  toString(): string;
}

export interface SummaryOptions {
  /** Dtype of the input. Default "f32". */
  readonly dtype?: DType;
}

/** Runs zeros through `module`, without a gradient and in eval mode, and reports what happened. */
export function summarise(module: Module, inputShape: Shape, { dtype = "f32" }: SummaryOptions = {}): Summary {
  const modules = module.namedModules();
  const modes = modules.map(([, inner]) => inner.training);
  const shapes = new Map<Module, Shape>();
  const removers = modules.map(([, inner]) =>
    inner.onForward(({ output }) => {
      if (isTensor(output)) shapes.set(inner, output.shape);
    }),
  );
  module.eval();
  try {
    // A model's forward takes what it takes; the shape it is asked about is the caller's word for it.
    const forward = module.forward as (x: unknown) => unknown;
    const costs = noGrad(() => countMultiplyAdds(() => scope(() => void forward(zeros(inputShape, dtype)))));
    return report(module, modules, shapes, costs);
  } finally {
    removers.forEach((remove) => remove());
    modules.forEach(([, inner], i) => (inner.training = modes[i] ?? true));
  }
}

function report(
  module: Module,
  modules: readonly [string, Module][],
  shapes: ReadonlyMap<Module, Shape>,
  costs: ReadonlyMap<Module | undefined, number>,
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
      multiplyAdds: costs.get(inner) ?? 0,
    };
  });
  const parameters = module.parameters();
  const summary = {
    rows,
    parameters: parameters.reduce((sum, { size }) => sum + size, 0),
    trainable: parameters.reduce((sum, { size, frozen }) => (frozen ? sum : sum + size), 0),
    multiplyAdds: [...costs.values()].reduce((sum, cost) => sum + cost, 0),
  };
  return { ...summary, toString: () => table(summary) };
}

function table({ rows, parameters, trainable, multiplyAdds }: Omit<Summary, "toString">): string {
  const cells = [
    ["layer", "class", "output", "parameters", "multiply-adds"],
    ...rows.map((row) => [
      row.path === "" ? "(model)" : row.path,
      row.class,
      row.outputShape === undefined ? "–" : `[${row.outputShape.join(", ")}]`,
      amount(row.parameters),
      amount(row.multiplyAdds),
    ]),
    ["total", "", "", amount(parameters), amount(multiplyAdds)],
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  "),
  );
  const rule = "─".repeat(lines[0]?.length ?? 0);
  const frozen = parameters === trainable ? [] : [`frozen parameters: ${amount(parameters - trainable)}`];
  return [lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1), ...frozen].join("\n");
}

function amount(value: number): string {
  return value === 0 ? "–" : value.toLocaleString("en-US");
}
