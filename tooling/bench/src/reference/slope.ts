/** The derivative of `f` where `values[index]` stands, by central differences. */
export function slope(f: () => number, values: Float32Array, index: number): number {
  const value = values[index] ?? NaN;
  const step = 2 ** -8; // exact in f32 beside values of order 1
  const around = [value + step, value - step].map((moved) => {
    values[index] = moved;
    return f();
  });
  values[index] = value;
  return ((around[0] ?? NaN) - (around[1] ?? NaN)) / (Math.fround(value + step) - Math.fround(value - step));
}
