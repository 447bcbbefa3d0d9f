import type { Call, Results } from "@unfoldjs/tensor-core";

/** An op's call in words: its name, the shapes of what goes in and comes out, and what else decides its speed. */
export function labelOf({ op, inputs, attributes }: Call, results: Results): string {
  const given = Object.values(inputs).flatMap((each) => (each === undefined ? [] : [shapeText(each.shape)]));
  const made = Object.values(results).flatMap((each) => (each === undefined ? [] : [shapeText(each.shape)]));
  return [op.name, given.join(" "), made.length === 0 ? "" : `→ ${made[0]}`, ...settings(attributes)]
    .filter(Boolean)
    .join(" ");
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? "1" : shape.join("×");
}

/** Strides, groups and windows, where they are not the plain ones. */
function settings(attributes: unknown): readonly string[] {
  const { stride, groups, windows } = (attributes ?? {}) as Settings;
  const steps = stride ?? windows?.stride;
  return [
    ...(windows?.kernel === undefined ? [] : [`windows ${windows.kernel.join("×")}`]),
    ...(steps === undefined || steps.every((each) => each === 1) ? [] : [`stride ${steps[0]}`]),
    ...(groups === undefined || groups === 1 ? [] : [`groups ${groups}`]),
  ];
}

interface Settings {
  readonly stride?: readonly number[];
  readonly groups?: number;
  readonly windows?: { readonly kernel?: readonly number[]; readonly stride?: readonly number[] };
}
