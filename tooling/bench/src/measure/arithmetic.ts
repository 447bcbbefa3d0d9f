import type { Contender } from "../work.ts";
import { CHAINS, type Loops } from "./loops.ts";

const ROUNDS = 20_000;

/** The machine's own peak: independent multiply-add chains that never leave their registers. */
export interface Arithmetic extends Pick<Contender, "run"> {
  /** floating-point operations of one run */
  readonly flops: number;
  /** one rounding as in a fused multiply-add (relaxed SIMD), or a product and a sum */
  readonly instruction: "fused multiply-add" | "multiply, then add";
}

/** The loop with the best instruction that this engine has. */
export function makeArithmetic({ fused, multiplyThenAdd }: Loops): Arithmetic {
  const isFused = WebAssembly.validate(fused);
  const { loop } = new WebAssembly.Instance(new WebAssembly.Module(isFused ? fused : multiplyThenAdd)).exports;
  if (typeof loop !== "function") throw new Error("makeArithmetic: the module has no loop");
  // Every chain tends to y / (1 - x) = 0.6: no infinity, no subnormal number, nothing to fold.
  const x = 0.5;
  const y = 0.3;
  return {
    run: () => void loop(ROUNDS, x, y),
    flops: ROUNDS * CHAINS * 4 * 2, // lanes, and a product with a sum
    instruction: isFused ? "fused multiply-add" : "multiply, then add",
  };
}
