import { type AnyTensor, cast, type DType, DTypeError, scope } from "@unfoldjs/tensor-core";
import { nameOf, withInputs } from "../inputs.ts";
import type { ByName, OpCase, Row } from "../op-case.ts";

/**
 * Checks what an op makes of inputs in a dtype for storage, in place of its f32s: it refuses them and says what to do, or,
 * if it only moves elements, gives what it gives for the same elements in f32. @returns what is wrong, in words
 */
export function checkStorage(opCase: OpCase, row: Row, dtype: DType, moves: boolean): string[] {
  return withInputs(opCase, row, (inputs) =>
    scope(() => {
      const stored = inputs.map((input) => (input.dtype === "f32" ? cast(input, dtype) : input));
      const outcome = outcomeOf(opCase, row, stored);
      if (outcome instanceof Error) {
        if (moves) return [`${nameOf(row)} in ${dtype}: ${outcome.message}`];
        const says = outcome instanceof DTypeError && outcome.message.includes(`.to("f32")`);
        return says ? [] : [`${nameOf(row)} in ${dtype} is refused, but not by .to("f32"): ${outcome.message}`];
      }
      if (!moves) return [`${nameOf(row)} takes ${dtype}`];
      const wide = opCase.call(
        stored.map((input) => (input.dtype === dtype ? cast(input, "f32") : input)),
        row.attributes,
      );
      return Object.entries(wide).flatMap(([name, wanted]) => {
        const found = outcome[name] as AnyTensor;
        const isFloat = wanted.dtype === "f32" || wanted.dtype === "f16" || wanted.dtype === "bf16";
        const isKind = found.dtype === (isFloat ? dtype : wanted.dtype);
        const same = isKind && String(cast(found, wanted.dtype)) === String(wanted);
        return same ? [] : [`${nameOf(row)} in ${dtype}: ${name} is\n${String(found)}, wanted\n${String(wanted)}`];
      });
    }),
  );
}

function outcomeOf(opCase: OpCase, row: Row, inputs: readonly AnyTensor[]): ByName<AnyTensor> | Error {
  try {
    return opCase.call(inputs, row.attributes);
  } catch (error) {
    return error as Error;
  }
}
