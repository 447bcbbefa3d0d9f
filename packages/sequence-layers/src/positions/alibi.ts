import { assertWhole, fromArray, inCall, type Shape, sizeOf, type Tensor } from "@unfoldjs/tensor-core";

/**
 * The slopes of ALiBi (Press, Smith & Lewis 2022, section 3): 2^(−8/n), 2^(−16/n), … for n heads. Where n is no power of two, those
 * of the power below it, and then every second one of the power above, as the authors' code has it.
 */
export function alibiSlopes(heads: number): number[] {
  assertWhole("alibiSlopes", "heads", heads, 1);
  inCall("alibiSlopes", () => sizeOf([heads]));
  const whole = 2 ** Math.floor(Math.log2(heads));
  const ofPower = (count: number, step: number): ((_: unknown, at: number) => number) => {
    return (_, at) => 2 ** ((-8 * (at * step + 1)) / count);
  };
  return [
    ...Array.from({ length: whole }, ofPower(whole, 1)),
    ...Array.from({ length: heads - whole }, ofPower(2 * whole, 2)),
  ];
}

/**
 * Attention with linear biases (Press, Smith & Lewis 2022): −slope · |distance| for each head, query and key, to be added to the
 * scores, as `attnMask` of `scaledDotProductAttention`; it says nothing of the future, which `isCausal` does.
 * @param queries how many; the last of them stands where the last key does @param keys how many
 * @returns (heads, queries, keys)
 */
export function alibi(heads: number, queries: number, keys: number): Tensor {
  for (const [name, count] of Object.entries({ heads, queries, keys })) assertWhole("alibi", name, count, 1);
  const values = new Float32Array(inCall("alibi", () => sizeOf([heads, queries, keys])));
  for (const [head, slope] of alibiSlopes(heads).entries()) {
    for (let query = 0; query < queries; query++) {
      const place = keys - queries + query;
      const row = (head * queries + query) * keys;
      for (let key = 0; key < keys; key++) values[row + key] = -slope * Math.abs(place - key);
    }
  }
  return fromArray<Shape>(values, [heads, queries, keys]);
}
