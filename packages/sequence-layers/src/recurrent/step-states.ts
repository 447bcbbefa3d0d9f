import { assertRecord, assertTensor, wrongArgument } from "@unfoldjs/tensor-core";
import type { States } from "./recurrent-layer.ts";

/**
 * The states of a step by the names that layers have for them. Other fields are left alone: what a step gave, its output too,
 * is the state of the next.
 * @throws ValueError unless the tensors of these names are there
 */
export function stepStates(op: string, state: unknown, names: readonly ("h" | "c")[]): States {
  if (state === undefined) return {};
  assertRecord(op, "state", state, `what the step before gave: { ${names.join(", ")} }`);
  const [h0, c0] = names.map((name) => {
    const tensor: unknown = Reflect.get(state, name);
    if (tensor === undefined && Reflect.get(state, `${name}Last`) !== undefined) {
      const pairs = names.map((each) => `${each}: ${each}Last`).join(", ");
      throw wrongArgument(op, `state.${name}`, tensor, "there: this is what forward gave", `pass { ${pairs} } of it`);
    }
    assertTensor(op, `state.${name}`, tensor);
    return tensor as States["h0"];
  });
  return { h0, c0 };
}
