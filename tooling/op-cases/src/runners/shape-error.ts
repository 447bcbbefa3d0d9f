import { type AnyTensor, DisposedError, IndexError, scope, ValueError } from "@unfoldjs/tensor-core";
import { nameOf, shapeOf, withInputs } from "../inputs.ts";
import type { ErrorRow, OpCase, Row } from "../op-case.ts";

/**
 * Checks that a call is refused: by the right class, naming the op, and a shape that came where shapes or dtypes do not
 * fit. @returns what is wrong
 */
export function checkError(op: string, opCase: OpCase, row: ErrorRow): string[] {
  const error = withInputs(opCase, row, (inputs) => thrownBy(opCase, row, inputs));
  if (error === undefined) return ["nothing was thrown"];
  const { message } = error;
  const shapes = row.inputs.map((input) => `[${shapeOf(input).join(", ")}]`);
  return [
    error instanceof row.throws ? [] : [`${error.name}, wanted ${row.throws.name}`],
    /^\w+/.exec(message)?.[0] === (opCase.publicName ?? op) ? [] : ["it does not begin with the op's name"],
    row.throws === IndexError ||
    row.throws === ValueError ||
    shapes.length === 0 ||
    shapes.some((shape) => message.includes(shape))
      ? []
      : [`it shows none of ${shapes.join(" ")}`],
    row.message.test(message) ? [] : [`it does not say ${row.message.source}`],
  ].flatMap((wrong) => wrong.map((what) => `${what}: ${message}`));
}

/** Checks that each input is refused once its memory was given back. @returns what is wrong */
export function checkDisposed(opCase: OpCase, row: Row): string[] {
  return row.inputs.flatMap((_, i) =>
    withInputs(opCase, row, (inputs) => {
      inputs[i]?.dispose();
      const error = thrownBy(opCase, row, inputs);
      return error instanceof DisposedError
        ? []
        : [`input ${i} of ${nameOf(row)}: ${error?.message ?? "nothing was thrown"}`];
    }),
  );
}

function thrownBy(opCase: OpCase, row: Row, inputs: readonly AnyTensor[]): Error | undefined {
  try {
    scope(() => void opCase.call(inputs, row.attributes));
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
