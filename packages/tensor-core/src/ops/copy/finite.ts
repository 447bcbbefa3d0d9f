import { ValueError } from "../../errors/index.ts";
import { onContiguous } from "./copy.ts";
import { viewOf } from "../../runtime/elements.ts";
import type { AnyTensor } from "../../dispatch/results.ts";

/** Looks at the elements. @param why they must be finite @throws ValueError naming the first that is NaN or infinite */
export function assertFiniteElements(op: string, name: string, x: AnyTensor, why: string): void {
  onContiguous(x, (dense) => {
    const elements = viewOf(dense);
    const position = elements.findIndex((each) => !Number.isFinite(each));
    if (position < 0) return;
    const came = { [name]: x.shape, position, value: elements[position] ?? NaN };
    throw new ValueError(op, came, `elements must be finite: ${why}`);
  });
}
