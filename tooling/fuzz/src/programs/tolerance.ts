import { type ByName, type Exact, type OpCase, randomFrom } from "@unfoldjs/op-cases";

/** Largest error of an f32 unless a row says otherwise, as a share of 1 + |value|. */
const USUAL = 4e-6;
/** Half a unit in the last place of an f32, of 1. */
const ROUNDING = 2 ** -24;
/** How many times as wrong as its inputs' last places make it a result may be. */
const FACTOR = 64;
const SAMPLES = 3;

/** Whether an element of a result is as near to the reference as an f32 can be asked to be. */
export type IsNear = (name: string, at: number, wanted: number, got: number) => boolean;

/**
 * What an f32 may lose: a share of its own size, and what a change of its inputs in their last place would change. The
 * second is worked out when something is further off than the first, since it takes the reference again.
 */
export function allowance(
  opCase: OpCase,
  inputs: readonly Exact[],
  attributes: unknown,
  wanted: ByName<Exact>,
  tolerance: number = USUAL,
): IsNear {
  let spread: ByName<readonly number[]> | undefined;
  return (name, at, value, got) => {
    const error = Math.abs(value - got);
    const own = Math.max(tolerance, USUAL) * (1 + Math.abs(value));
    if (error <= own) return true;
    spread ??= spreadOf(opCase, inputs, attributes, wanted);
    return error <= own + FACTOR * (spread[name]?.[at] ?? 0);
  };
}

function spreadOf(
  opCase: OpCase,
  inputs: readonly Exact[],
  attributes: unknown,
  wanted: ByName<Exact>,
): ByName<readonly number[]> {
  const random = randomFrom("spread");
  const names = Object.keys(wanted);
  const most = Object.fromEntries(
    names.map((name) => [name, new Array<number>(wanted[name]?.values.length ?? 0).fill(0)]),
  );
  for (let sample = 0; sample < SAMPLES; sample++) {
    const moved = inputs.map((input, at) =>
      opCase.draws[at]?.dtype === "f32"
        ? {
            shape: input.shape,
            values: input.values.map((value) => value * (1 + ROUNDING * (random() < 0.5 ? -1 : 1))),
          }
        : input,
    );
    const other = opCase.reference(moved, attributes);
    for (const name of names) {
      wanted[name]?.values.forEach((value, at) => {
        const list = most[name];
        const change = Math.abs((other[name]?.values[at] ?? NaN) - value);
        if (list !== undefined && change > (list[at] ?? 0)) list[at] = change;
      });
    }
  }
  return most;
}
