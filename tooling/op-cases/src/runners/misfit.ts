import { type AnyTensor, full, ones, scope, type Shape, sizeOf, UnfoldError } from "@unfoldjs/tensor-core";
import { callDirectly, callsOf, mapped, type Noted, type NotedCall, placeAll } from "../noted-calls.ts";
import type { ByName, OpCase, Row } from "../op-case.ts";

/**
 * Calls an op's record with inputs that do not fit: each in turn in another shape, or with indices and labels that point
 * nowhere. A record validates what it is given by itself, so it refuses with an error of the library; or, where the other
 * shape broadcasts, gives a result that follows from its inputs alone. That is tried with two fillings of the memory around
 * them: who reads beyond an input finds others there.
 * @returns what is wrong, in words
 */
export function checkMisfits(op: string, opCase: OpCase, row: Row): string[] {
  return callsOf(op, opCase, row).flatMap((call) =>
    Object.entries(call.inputs).flatMap(([name, input]) =>
      misfitsOf(input).flatMap(({ what, misfit }) =>
        attempt(call, { ...call.inputs, [name]: misfit }).map((wrong) => `${name} ${what}: ${wrong}`),
      ),
    ),
  );
}

interface Misfit {
  readonly what: string;
  readonly misfit: Noted;
}

/** The input in other shapes, its elements repeated, and a whole number's input with others. */
function misfitsOf({ exact: { shape, values }, dtype }: Noted): Misfit[] {
  const others: Record<string, Shape> = {
    "with an axis more": [2, ...shape],
    "with an axis less": shape.slice(1),
    "without axes": [],
    "of nothing": [0],
  };
  shape.forEach((size, axis) => {
    others[`longer along ${axis}`] = shape.with(axis, size + 3);
    others[`of one along ${axis}`] = shape.with(axis, 1);
    others[`empty along ${axis}`] = shape.with(axis, 0);
  });
  const reshaped = Object.entries(others).map(([what, other]): Misfit => {
    const repeated = Array.from({ length: sizeOf(other) }, (_, i) => values[i % Math.max(1, values.length)] ?? 0);
    return { what, misfit: { exact: { shape: other, values: repeated }, dtype } };
  });
  if (dtype !== "i32" || values.length === 0) return reshaped;
  const elsewhere = [100_000, -1, 2 ** 31 - 1, -(2 ** 31)].map((value): Misfit => {
    return { what: `with ${value}`, misfit: { exact: { shape, values: [...values.slice(0, -1), value] }, dtype } };
  });
  return [...reshaped, ...elsewhere];
}

function attempt(call: NotedCall, inputs: ByName<Noted>): string[] {
  try {
    const [first, second] = [Number.NaN, 7].map((filling) => resultsIn(call, inputs, filling));
    return difference(first ?? {}, second ?? {});
  } catch (error) {
    if (error instanceof UnfoldError && error.code !== "UNFOLD_RUNTIME") return [];
    return [error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
  }
}

/** What a call gives where free blocks hold `filling`. */
function resultsIn(call: NotedCall, inputs: ByName<Noted>, filling: number): ByName<Noted> {
  scope(() => {
    for (let floats = 16; floats <= 2048; floats *= 2) {
      for (let i = 0; i < 6; i++) full([floats], filling);
    }
  });
  return scope(() => mapped(callDirectly(call, placeAll(inputs)), noted));
}

function noted(tensor: AnyTensor): Noted {
  return { dtype: tensor.dtype, exact: { shape: tensor.shape, values: Array.from(tensor.data()) } };
}

function difference(first: ByName<Noted>, second: ByName<Noted>): string[] {
  return Object.entries(first).flatMap(([name, { exact }]) => {
    const other = second[name]?.exact;
    const isSame = other !== undefined && exact.values.every((value, i) => Object.is(value, other.values[i]));
    return isSame ? [] : [`${name} depends on what lies beyond the inputs`];
  });
}

/** True while the core answers. */
export function isAlive(): boolean {
  return scope(() => ones([3]).sum().item()) === 3;
}
