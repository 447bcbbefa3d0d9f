import { GradientError, RuntimeError, scope, UnfoldError } from "@unfoldjs/tensor-core";
import { placeInputs, shapeOf } from "../inputs.ts";
import type { OpCase, Row } from "../op-case.ts";
import { compareAll } from "../results.ts";
import { checkGradient } from "./gradient.ts";

/**
 * Takes the elements from a row, along each axis by itself and along all axes of one size together: the call must give
 * what the reference gives, and its gradient too, or be refused as any call that makes no sense. Nothing may trap.
 * @returns what is wrong, in words
 */
export function checkEmptied(opCase: OpCase, row: Row): string[] {
  return emptied(row).flatMap((empty) => {
    const shapes = empty.inputs.map((input) => `[${shapeOf(input).join(", ")}]`).join(" ");
    return checkOne(opCase, empty).map((wrong) => `${shapes}: ${wrong}`);
  });
}

/** True if an input or a result of the row has no elements. */
export function isEmpty(opCase: OpCase, row: Row): boolean {
  return scope(() => {
    const inputs = placeInputs(opCase, row).map(({ tensor }) => tensor);
    const results = opCase.call(inputs, row.attributes);
    return [...inputs, ...Object.values(results)].some(({ size }) => size === 0);
  });
}

function checkOne(opCase: OpCase, row: Row): string[] {
  const wrong = scope(() => {
    const placed = placeInputs(opCase, row);
    const inputs = placed.map(({ tensor }) => tensor);
    try {
      const found = opCase.call(inputs, row.attributes);
      const wanted = opCase.reference(
        placed.map(({ exact }) => exact),
        row.attributes,
      );
      // A mean of nothing has no value, and so no gradient.
      const isNumber = !Object.values(wanted).some(({ values }) => values.some(Number.isNaN));
      return { isNumber, differences: compareAll(found, wanted, row.tolerance) };
    } catch (error) {
      return { isNumber: false, differences: isFair(error) ? [] : [wordsOf(error)] };
    }
  });
  if (!wrong.isNumber) return wrong.differences;
  try {
    const few = { ...opCase, gradient: "first", gradcheck: { ...opCase.gradcheck, samples: 4 } } as const;
    return [...wrong.differences, ...(typeof opCase.gradient === "string" ? checkGradient(few, row) : [])];
  } catch (error) {
    return [...wrong.differences, `its gradient: ${wordsOf(error)}`];
  }
}

/** True for an error that tells what does not fit. */
function isFair(error: unknown): boolean {
  return error instanceof UnfoldError && !(error instanceof RuntimeError) && !(error instanceof GradientError);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message.split("\n")[0]}` : String(error);
}

/** The row without elements, in every way that is told apart by one size or by one axis. */
function emptied(row: Row): Row[] {
  const shapes = row.inputs.map(shapeOf);
  const sizes = new Set(shapes.flat().filter((size) => size > 0));
  const bySize = [...sizes].map((gone) => shapes.map((shape) => shape.map((size) => (size === gone ? 0 : size))));
  const byAxis = shapes.flatMap((shape, input) =>
    shape.flatMap((size, axis) => (size > 0 ? [shapes.with(input, shape.with(axis, 0))] : [])),
  );
  const distinct = new Map([...bySize, ...byAxis].map((way) => [JSON.stringify(way), way]));
  return [...distinct.values()].map((way) => ({
    ...row,
    inputs: row.inputs.map((input, i) => ("draw" in input ? { ...input, shape: way[i] ?? [] } : (way[i] ?? []))),
  }));
}
