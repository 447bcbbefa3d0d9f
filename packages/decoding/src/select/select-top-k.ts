import { refusePromise } from "../arguments/refuse-promise.ts";
import { describe } from "../errors/describe.ts";
import { ValueError } from "../errors/decoding-error.ts";
import type { TopK } from "./top-k.ts";

/**
 * Finds the places of the `k` largest of some values, `k` being less than there are: the largest first, of equal ones the
 * first, and NaN before every number. With `@unfoldjs/tensor-core`:
 * `(values, k) => scope(() => topk(fromArray(values, [values.length]), k).indices.data())`.
 */
export type SelectTopK = (values: Float32Array, k: number) => Int32Array;

/**
 * Offers a row, of which `select` finds the best: what is kept is what `top.offerRow` keeps.
 * @returns the index of a NaN or +∞, or −1
 * @throws ValueError if `select` gives other places than the first k of an order, as far as that can be told by them alone
 */
export function offerSelected(
  op: string,
  select: SelectTopK,
  top: TopK,
  row: number,
  base: number,
  values: Float32Array,
): number {
  const k = top.capacity;
  if (k === 0 || k >= values.length) return top.offerRow(row, base, values);
  const places = select(values, k);
  assertPlaces(op, places, k, values);
  const last = values[places[k - 1] as number] as number;
  const first = places[0] as number;
  if (!((values[first] as number) < Infinity)) return first;
  // Of values that make one sum with `base` the first places are kept, whichever value is larger: all must be seen then.
  if (isRoundedAway(last, base)) return top.offerRow(row, base, values);
  for (const place of places) top.offer(base + (values[place] as number), row, place);
  return -1;
}

/** Whether the next smaller f32 may give the same sum. */
function isRoundedAway(value: number, base: number): boolean {
  const least = Math.max(Math.abs(value) * 2 ** -24, 2 ** -149); // no two neighbouring f32 are closer
  return value > -Infinity && base + (value - least) === base + value;
}

function assertPlaces(op: string, places: unknown, k: number, values: Float32Array): asserts places is Int32Array {
  refusePromise(op, "selectTopK", places);
  if (!(places instanceof Int32Array) || places.length !== k) {
    throw new ValueError(op, { k, gave: describe(places) }, "selectTopK must give an Int32Array of k places");
  }
  let [before, valueBefore] = [-1, NaN];
  for (const place of places) {
    const value = values[place];
    const isInOrder =
      value !== undefined &&
      (value < valueBefore || Number.isNaN(valueBefore) || (value === valueBefore && place > before));
    if (!isInOrder) {
      throw new ValueError(
        op,
        { k, values: values.length, "place before": before, place },
        "selectTopK must give the places of the k largest values, the largest first, of equal ones the first",
      );
    }
    [before, valueBefore] = [place, value];
  }
}
