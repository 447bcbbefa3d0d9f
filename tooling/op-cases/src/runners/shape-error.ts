import { checkpoint, differentiate, jvp } from "@unfoldjs/autograd";
import {
  type AnyTensor,
  DisposedError,
  IndexError,
  scope,
  type Tensor,
  tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
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

/** What looks at a call before it is checked, or in its place: each must leave its refusal to it. */
const WAYS: Readonly<Record<string, (call: () => void, followed: readonly Tensor[]) => void>> = {
  "under a tape": (call, followed) => void differentiate(() => nothingOf(call), followed),
  "under tangents": (call, followed) => void jvp(() => nothingOf(call), followed, followed),
  "in a checkpoint": (call, followed) =>
    void differentiate(
      checkpoint(() => nothingOf(call)),
      followed,
    ),
};

function nothingOf(call: () => void): Tensor {
  call();
  return tensor(0);
}

/**
 * Checks that a call is refused in the same words whoever follows it, once with each input disposed if `isDisposed`.
 * @returns what is wrong
 */
export function checkFollowed(opCase: OpCase, row: Row, isDisposed = false): string[] {
  return (isDisposed ? row.inputs : [undefined]).flatMap((_, gone) =>
    Object.entries(WAYS).flatMap(([way, run]) =>
      withInputs(opCase, row, (inputs) => {
        if (isDisposed) inputs[gone]?.dispose();
        const followed = inputs.filter((input): input is Tensor => input.dtype === "f32" && !input.isDisposed);
        const [plain, found] = [
          thrownBy(opCase, row, inputs),
          thrownBy(opCase, row, inputs, (call) => run(call, followed.length === 0 ? [tensor(1)] : followed)),
        ];
        return plain?.message === found?.message ? [] : [`${way}: ${found?.message}\n  without: ${plain?.message}`];
      }),
    ),
  );
}

function thrownBy(
  opCase: OpCase,
  row: Row,
  inputs: readonly AnyTensor[],
  run = (call: () => void): void => call(),
): Error | undefined {
  try {
    scope(() => run(() => void opCase.call(inputs, row.attributes)));
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
