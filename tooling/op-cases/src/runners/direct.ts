import { type AnyTensor, scope, ShapeError } from "@unfoldjs/tensor-core";
import { contiguous, type Layout, layouts, type Placed } from "../layouts.ts";
import { callDirectly, callsOf, evaluate, mapped, type Noted, type NotedCall, placeAll } from "../noted-calls.ts";
import type { ByName, OpCase, Row } from "../op-case.ts";
import { compareAll } from "../results.ts";

/**
 * Calls an op's record by itself: as a row's call does, and with inputs in every layout, all of them and one at a time. A
 * public function may copy its inputs before the record sees them, and so hide that the record reads them wrongly. The
 * first must give what the row's call got, which the value runner compares with the reference; the others must give what
 * contiguous inputs of the same elements do.
 * @returns what is wrong, in words
 */
export function checkDirect(op: string, opCase: OpCase, row: Row): string[] {
  const calls = callsOf(op, opCase, row);
  if (calls.length === 0) return [`the case never calls ${op}`];
  // Random numbers come anew each time, and have no inputs that could lie in another way.
  const withInputs = calls.filter(({ inputs }) => Object.keys(inputs).length > 0);
  return withInputs.flatMap((call) => [...again(call, row), ...inLayouts(call, opCase, row)]);
}

function again(call: NotedCall, row: Row): string[] {
  const wanted = mapped(call.results ?? {}, ({ exact }) => exact);
  return scope(() => {
    const found = callDirectly(call, placeAll(call.inputs));
    return compareAll(found, wanted, row.tolerance).map((wrong) => `called directly: ${wrong}`);
  });
}

function inLayouts(call: NotedCall, opCase: OpCase, row: Row): string[] {
  const names = Object.keys(call.inputs);
  return layouts.flatMap((layout) => {
    const all = attempt(call, opCase, row, () => layout);
    if (names.length < 2) return all.map((wrong) => `${layout.name}: ${wrong}`);
    const alone = names.flatMap((name) =>
      attempt(call, opCase, row, (other) => (other === name ? layout : contiguous)).map(
        (wrong) => `${name} alone: ${wrong}`,
      ),
    );
    return [...all, ...alone].map((wrong) => `${layout.name}: ${wrong}`);
  });
}

function attempt(call: NotedCall, opCase: OpCase, row: Row, layoutOf: (name: string) => Layout): string[] {
  const laid = mapped(call.inputs, ({ exact, dtype }, name): Placed => {
    const layout = layoutOf(name);
    // An expanded tensor has other elements.
    const isKept = layout.name === "expanded" && opCase.fixed.includes(name);
    return (isKept ? contiguous : layout).place(exact, dtype);
  });
  const inputs = mapped(laid, ({ tensor }) => tensor);
  try {
    const refused = mustBeRefused(call, opCase, inputs);
    if (refused !== undefined) return isRefused(call, inputs) ? [] : [`${refused}, and was not refused`];
    // The elements of an expanded tensor are others.
    const isOther = Object.entries(laid).some(([name, { exact }]) => exact !== call.inputs[name]?.exact);
    // A size that was counted from other elements is a wrong one.
    if (isOther && call.op.kind === "kernel" && call.op.sizedByValues === true) return [];
    const same = mapped(call.inputs, ({ dtype }, name): Noted => ({ dtype, exact: (laid[name] as Placed).exact }));
    const wanted = mapped(evaluate(call, same), ({ exact }) => exact);
    return scope(() => compareAll(callDirectly(call, inputs), wanted, row.tolerance));
  } finally {
    for (const input of Object.values(inputs)) input.dispose();
  }
}

/** What an op is free to refuse: layouts that its case says it does not take, and writing to one place several times. */
function mustBeRefused({ op }: NotedCall, opCase: OpCase, inputs: ByName<AnyTensor>): string | undefined {
  const odd = Object.entries(inputs).filter(([, { isContiguous }]) => !isContiguous);
  const unfit = odd.find(([name]) => opCase.contiguousOnly.includes(name));
  if (unfit !== undefined) return `${unfit[0]} is not contiguous`;
  const isStretched = ({ shape, strides, size }: AnyTensor): boolean =>
    size > 0 && shape.some((length, axis) => length > 1 && strides[axis] === 0);
  const shared = odd.find(([name, input]) => op.kind === "update" && op.writes.includes(name) && isStretched(input));
  return shared === undefined ? undefined : `${shared[0]}, which is written, is expanded`;
}

function isRefused(call: NotedCall, inputs: ByName<AnyTensor>): boolean {
  try {
    scope(() => void callDirectly(call, inputs));
    return false;
  } catch (error) {
    return error instanceof ShapeError;
  }
}
