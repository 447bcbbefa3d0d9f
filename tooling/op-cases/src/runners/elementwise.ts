import { evaluate, mapped, type Noted, type NotedCall } from "../noted-calls.ts";
import { indices } from "../reference/exact.ts";

/** How many elements of each input are changed, one after the other. */
const PROBES = 6;

/**
 * Changes elements of each input, one at a time: only elements of the results that it broadcasts to may change, and
 * results have the shape that the inputs broadcast to.
 * @returns what is wrong, in words
 */
export function dependsOnItsOwn(call: NotedCall): string[] {
  const before = evaluate(call, call.inputs);
  const shape = broadcast(Object.values(call.inputs));
  const misshapen = Object.entries(before).flatMap(([name, { exact }]) =>
    exact.shape.join() === shape.join()
      ? []
      : [`${name} has shape [${exact.shape.join(", ")}], not [${shape.join(", ")}]`],
  );
  if (misshapen.length > 0) return misshapen;
  const places = indices(shape);
  return Object.entries(call.inputs).flatMap(([name, input]) =>
    spread(input.exact.values.length).flatMap((at) => {
      const after = evaluate(call, { ...call.inputs, [name]: changed(input, at) });
      const touched = mapped(after, ({ exact: { values } }, of) => {
        const old = before[of]?.exact.values ?? [];
        return values.findIndex((value, i) => !Object.is(value, old[i]) && positionIn(input, places[i] ?? []) !== at);
      });
      return Object.entries(touched).flatMap(([of, place]) =>
        place < 0 ? [] : [`element ${at} of ${name} changes element ${place} of ${of}`],
      );
    }),
  );
}

/** Some numbers below `size`, spread evenly. */
function spread(size: number): number[] {
  const count = Math.min(size, PROBES);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * size) / count));
}

/** The input with another element. */
function changed({ exact: { shape, values }, dtype }: Noted, at: number): Noted {
  const old = values[at] ?? NaN;
  const other = dtype === "bool" ? 1 - old : dtype === "u8" ? 255 - old : Number.isFinite(old) ? old + 1 : 1;
  return { dtype, exact: { shape, values: values.with(at, other) } };
}

/** Which element of an input broadcasts to an index of the result. */
function positionIn({ exact: { shape } }: Noted, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return shape.reduce((place, size, axis) => place * size + (size === 1 ? 0 : (own[axis] ?? 0)), 0);
}

function broadcast(inputs: readonly Noted[]): number[] {
  const shapes = inputs.map(({ exact }) => exact.shape);
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}
