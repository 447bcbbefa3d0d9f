import { build, type Exact, read, total } from "./exact.ts";

export interface Padding {
  readonly margins: readonly (readonly [number, number])[];
  readonly mode?: "constant" | "reflect" | "replicate" | "circular" | undefined;
  readonly value?: number | undefined;
}

/** Elements around an array along its last axes, or cut off: a circle is of what is left. */
export function padded(x: Exact, { margins, mode = "constant", value = 0 }: Padding): Exact {
  const leading = x.shape.length - margins.length;
  const shape = x.shape.map((size, axis) => size + total(margins[axis - leading] ?? []));
  return build(shape, (index) => {
    const from = index.map((own, axis) => {
      const size = x.shape[axis] ?? 0;
      const at = own - (margins[axis - leading]?.[0] ?? 0);
      const [before = 0, after = 0] = margins[axis - leading] ?? [];
      if (mode === "circular") {
        const [first, last] = [Math.max(0, -before), size + Math.min(0, after)];
        return first + ((at - first + 2 * (last - first)) % (last - first));
      }
      if (at >= 0 && at < size) return at;
      if (mode === "replicate") return at < 0 ? 0 : size - 1;
      return mode === "reflect" ? (at < 0 ? -at : 2 * size - 2 - at) : NaN;
    });
    return from.some(Number.isNaN) ? value : read(x, from);
  });
}

/** Σ (x − mean)² / (count − correction), which is nothing over nothing if there are too few. */
export function varianceOf(values: readonly number[], correction: number): number {
  const mean = total(values) / values.length;
  return total(values.map((value) => (value - mean) ** 2)) / Math.max(0, values.length - correction);
}

/** (Σ |x|ᵖ)^(1/p), in shares of the largest, whose powers no f64 loses. */
export function normOf(values: readonly number[], p: number): number {
  const sizes = values.map(Math.abs);
  if (p === 0) return sizes.filter((size) => size !== 0).length;
  if (!Number.isFinite(p)) return p > 0 ? Math.max(...sizes) : Math.min(...sizes);
  const largest = Math.max(...sizes);
  if (!(largest > 0)) return largest === 0 || values.length === 0 ? 0 : NaN;
  return largest * total(sizes.map((size) => (size / largest) ** p)) ** (1 / p);
}
