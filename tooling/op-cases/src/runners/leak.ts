import { grad } from "@unfoldjs/autograd";
import { memory, scope, type Tensor } from "@unfoldjs/tensor-core";
import { targetsOf, withInputs } from "../inputs.ts";
import type { ErrorRow, OpCase, Row } from "../op-case.ts";
import { disposeAll } from "../results.ts";

/** Checks that a call, outside of any scope, leaves nothing behind but its results. @returns what is wrong, in words */
export function checkLeak(opCase: OpCase, row: Row): string[] {
  return leftBy("the call", () => withInputs(opCase, row, (inputs) => disposeAll(opCase.call(inputs, row.attributes))));
}

/** Checks that gradients, of each result and of all, leave nothing behind. @returns what is wrong, in words */
export function checkGradientLeak(opCase: OpCase, row: Row): string[] {
  if (typeof opCase.gradient === "object") return [];
  return leftBy("the gradient", () =>
    withInputs(opCase, row, (inputs) => {
      const { leaves, targets } = targetsOf(opCase, row, inputs);
      for (const { call } of targets) {
        const gradients = grad((free: readonly Tensor[]) => scope(() => call(free).sum()))(leaves);
        for (const gradient of gradients) gradient.dispose();
      }
    }),
  );
}

/** Checks that a call that throws leaves nothing behind. @returns what is wrong, in words */
export function checkLeakOnError(opCase: OpCase, row: ErrorRow): string[] {
  return leftBy("the refused call", () =>
    withInputs(opCase, row, (inputs) => {
      try {
        opCase.call(inputs, row.attributes);
      } catch {
        // What it threw is for the shape-error runner.
      }
    }),
  );
}

/** Runs `work` until memory has the blocks that it needs, then once more. */
function leftBy(what: string, work: () => void): string[] {
  const start = memory();
  work();
  work();
  const before = memory();
  work();
  const after = memory();
  const names = ["tensors", "storages", "bytes"] as const;
  const grown = names.filter((name) => start[name] !== after[name]);
  const steady = before.keptBytes === after.keptBytes && before.heapBytes === after.heapBytes;
  return [
    ...grown.map((name) => `${what} changes ${name} from ${start[name]} to ${after[name]} in three runs`),
    ...(steady ? [] : [`${what} grows the heap each time: ${JSON.stringify(before)}, then ${JSON.stringify(after)}`]),
  ];
}
