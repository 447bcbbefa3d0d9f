import { scope } from "@unfoldjs/tensor-core";
import { placeInputs } from "../inputs.ts";
import { layouts } from "../layouts.ts";
import type { ByName, OpCase, Row } from "../op-case.ts";
import type { Exact } from "../reference/exact.ts";
import { compareAll } from "../results.ts";

/** Compares a row's results with the reference, for inputs in every layout. @returns what is wrong, in words */
export function checkValue(opCase: OpCase, row: Row): string[] {
  const reference = remembering((inputs) => opCase.reference(inputs, row.attributes));
  return layouts.flatMap((layout) =>
    scope(() => {
      const placed = placeInputs(opCase, row, layout);
      const wanted = reference(placed.map(({ exact }) => exact));
      const found = opCase.call(
        placed.map(({ tensor }) => tensor),
        row.attributes,
      );
      return compareAll(found, wanted, row.tolerance).map((wrong) => `${layout.name}: ${wrong}`);
    }),
  );
}

type Reference = (inputs: readonly Exact[]) => ByName<Exact>;

/** Most layouts leave the elements as they are, and references take their time. */
function remembering(reference: Reference): Reference {
  const known = new Map<string, ByName<Exact>>();
  return (inputs) => {
    const key = inputs.map(({ values }) => values.join()).join(";");
    const wanted = known.get(key) ?? reference(inputs);
    known.set(key, wanted);
    return wanted;
  };
}
