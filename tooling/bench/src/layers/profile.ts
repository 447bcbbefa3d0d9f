import { type Call, costOf, type Handler, withHandler } from "@unfoldjs/tensor-core";
import type { Arithmetic } from "../measure/arithmetic.ts";
import type { Effort } from "../measure/interleave.ts";
import { labelOf } from "./label.ts";

/** What calls of one op on operands of the same shapes took in one run of a network. */
export interface LayerTime {
  readonly label: string;
  /** calls in one run */
  readonly count: number;
  /** milliseconds of all of them, each the fastest of its place over all runs */
  readonly milliseconds: number;
  /** floating-point operations of all of them; undefined where the work is not products that are added up */
  readonly flops: number | undefined;
}

/** A network's run, call by call. */
export interface Profile {
  readonly layers: readonly LayerTime[];
  /** of the fastest whole run, what is done between calls included */
  readonly milliseconds: number;
  /** 10⁹ floating-point operations a second of the multiply-add loop, the best of what ran between the runs */
  readonly ceilingGflops: number;
}

// Norms and activations count products too, but what bounds those is memory.
const ADDS_UP_PRODUCTS = /^(conv|linear|matmul|addProduct)/;
const FEWEST_RUNS = 5;
/** Of the multiply-add loop before each run. */
const CEILINGS = 10;

/**
 * Runs a network for a while and times each call where it stands, on the numbers and in the caches that the call before left.
 * @param run one run, always with the same calls in the same order
 * @throws Error if a run makes other calls than the first
 */
export function profile(run: () => void, arithmetic: Arithmetic, effort: Effort): Profile {
  const calls: { readonly label: string; readonly flops: number | undefined; best: number }[] = [];
  let place = 0;
  const timer: Handler = {
    name: "bench",
    handle(call, next) {
      const start = performance.now();
      const results = next();
      const time = performance.now() - start;
      const known = calls[place++];
      if (known !== undefined) known.best = Math.min(known.best, time);
      else calls.push({ label: labelOf(call, results), flops: flopsOf(call, results), best: time });
      return results;
    },
  };
  run(); // what a first run alone makes: states, and the memory that all others find free
  let [milliseconds, ceiling, expected] = [Infinity, Infinity, -1];
  const start = performance.now();
  for (let runs = 0; runs < FEWEST_RUNS || performance.now() - start < effort.warmUp + effort.measure; runs++) {
    for (let i = 0; i < CEILINGS; i++)
      ceiling = Math.min(
        ceiling,
        timeOf(() => arithmetic.run()),
      );
    place = 0;
    milliseconds = Math.min(
      milliseconds,
      timeOf(() => withHandler(timer, run)),
    );
    if (expected >= 0 && place !== expected) throw new Error(`a run made ${place} calls, the first made ${expected}`);
    expected = place;
  }
  return { layers: byLabel(calls), milliseconds, ceilingGflops: arithmetic.flops / ceiling / 1e6 };
}

function timeOf(f: () => void): number {
  const start = performance.now();
  f();
  return performance.now() - start;
}

function flopsOf(call: Call, results: Parameters<typeof costOf>[1]): number | undefined {
  if (!ADDS_UP_PRODUCTS.test(call.op.name)) return undefined;
  return 2 * costOf(call, results).multiplyAdds;
}

/** Calls alike together, in the order in which the first of each came. */
function byLabel(
  calls: readonly { readonly label: string; readonly flops: number | undefined; readonly best: number }[],
): readonly LayerTime[] {
  const layers = new Map<string, LayerTime>();
  for (const { label, flops, best } of calls) {
    const before = layers.get(label);
    layers.set(label, {
      label,
      count: (before?.count ?? 0) + 1,
      milliseconds: (before?.milliseconds ?? 0) + best,
      flops: flops === undefined ? undefined : (before?.flops ?? 0) + flops,
    });
  }
  return [...layers.values()];
}
