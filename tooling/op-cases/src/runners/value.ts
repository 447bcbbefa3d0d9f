import { type AnyTensor, data, scope } from "@unfoldjs/tensor-core";
import { placeInputs } from "../inputs.ts";
import { layouts } from "../layouts.ts";
import type { OpCase, Row } from "../op-case.ts";
import type { Exact } from "../reference/exact.ts";

/** Compares a row's result with the reference, for inputs in every layout. @returns what is wrong, in words */
export function checkValue(opCase: OpCase, row: Row): string[] {
  return layouts.flatMap((layout) =>
    scope(() => {
      const placed = placeInputs(opCase, row, layout);
      const wanted = opCase.reference(
        placed.map(({ exact }) => exact),
        row.attributes,
      );
      const found = opCase.call(
        placed.map(({ tensor }) => tensor),
        row.attributes,
      );
      return compare(found, wanted, row.tolerance).map((wrong) => `${layout.name}: ${wrong}`);
    }),
  );
}

function compare(found: AnyTensor, wanted: Exact, tolerance = found.dtype === "f32" ? 2e-6 : 0): string[] {
  if (found.shape.join() !== wanted.shape.join())
    return [`shape [${found.shape.join(", ")}], wanted [${wanted.shape.join(", ")}]`];
  const values = data(found);
  return wanted.values.flatMap((exact, at) => {
    const value = found.dtype === "f32" ? Math.fround(exact) : exact;
    const got = values[at] as number;
    const agrees = Object.is(got, value) || got === value || Math.abs(got - value) <= tolerance * (1 + Math.abs(value));
    return agrees ? [] : [`element ${at} is ${got}, wanted ${value}`];
  });
}
