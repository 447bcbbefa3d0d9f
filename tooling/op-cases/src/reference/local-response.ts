import { build, type Exact, read, total, upTo } from "./exact.ts";

export interface Response {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

/** k + α / size · Σ x² over the channels from half of a size before an index's own. */
function spreadAt(x: Exact, { size, alpha, k }: Response, index: readonly number[]): number {
  const [sample = 0, channel = 0, ...place] = index;
  const window = upTo(size).map((i) => channel - Math.floor(size / 2) + i);
  const there = window.filter((other) => other >= 0 && other < (x.shape[1] ?? 0));
  return k + (alpha / size) * total(there.map((other) => read(x, [sample, other, ...place]) ** 2));
}

/** x / (k + α / size · Σ x²)^β. */
export function localResponseNormOf(x: Exact, response: Response): Exact {
  return build(x.shape, (index) => read(x, index) / spreadAt(x, response, index) ** response.beta);
}

/** Σ dy_j ∂y_j/∂x_i over all j whose window has i in it. */
export function localResponseNormGradientOf(dy: Exact, x: Exact, response: Response): Exact {
  const { size, alpha, beta } = response;
  return build(x.shape, (index) => {
    const [sample = 0, channel = 0, ...place] = index;
    const direct = read(dy, index) / spreadAt(x, response, index) ** beta;
    const through = upTo(x.shape[1] ?? 0).map((other) => {
      const first = other - Math.floor(size / 2);
      if (channel < first || channel >= first + size) return 0;
      const at = [sample, other, ...place];
      const slope = (-2 * alpha * beta * read(x, index)) / size;
      return (read(dy, at) * read(x, at) * slope) / spreadAt(x, response, at) ** (beta + 1);
    });
    return direct + total(through);
  });
}
