import binaryen from "binaryen";
import type { Contender } from "../work.ts";

// More chains than the processor's multiply-adds in flight (2 units × 4 cycles on today's), and few enough that they,
// the two operands and V8's scratch register fit into 16 vector registers.
const CHAINS = 12;
const ROUNDS = 20_000;
const FLOPS_PER_ROUND = CHAINS * 4 * 2;

/** The machine's own peak: independent multiply-add chains that never leave their registers. */
export interface Ceiling extends Pick<Contender, "run"> {
  /** floating-point operations of one run */
  readonly flops: number;
  /** one rounding as in a fused multiply-add (relaxed SIMD), or a product and a sum */
  readonly instruction: "fused multiply-add" | "multiply, then add";
}

/** Compiles the loop with the best instruction that this engine has. */
export function makeCeiling(): Ceiling {
  const fused = assemble("(f32x4.relaxed_madd (local.get $chain) (local.get $x) (local.get $y))");
  const available = WebAssembly.validate(fused);
  const bytes = available
    ? fused
    : assemble("(f32x4.add (f32x4.mul (local.get $chain) (local.get $x)) (local.get $y))");
  const { loop } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  if (typeof loop !== "function") throw new Error("ceiling: the module has no loop");
  // Every chain tends to y / (1 - x) = 0.6: no infinity, no subnormal number, nothing to fold.
  const x = 0.5;
  const y = 0.3;
  return {
    run: () => void loop(ROUNDS, x, y),
    flops: ROUNDS * FLOPS_PER_ROUND,
    instruction: available ? "fused multiply-add" : "multiply, then add",
  };
}

function assemble(step: string): Uint8Array<ArrayBuffer> {
  const chains = Array.from({ length: CHAINS }, (_, i) => `$chain${i}`);
  const forEachChain = (line: (chain: string) => string): string => chains.map(line).join("\n");
  const text = `(module
    (func (export "loop") (param $rounds i32) (param $factor f32) (param $summand f32) (result f32)
      (local $x v128) (local $y v128) ${forEachChain((chain) => `(local ${chain} v128)`)}
      (local.set $x (f32x4.splat (local.get $factor)))
      (local.set $y (f32x4.splat (local.get $summand)))
      (loop $again
        ${forEachChain((chain) => `(local.set ${chain} ${step.replace("$chain", chain)})`)}
        (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
      (f32x4.extract_lane 0
        ${chains.map((chain) => `(local.get ${chain})`).reduce((sum, chain) => `(f32x4.add ${sum} ${chain})`)})))`;
  const module = binaryen.parseText(text);
  try {
    module.setFeatures(binaryen.Features.SIMD128 | binaryen.Features.RelaxedSIMD);
    return new Uint8Array(module.emitBinary());
  } finally {
    module.dispose();
  }
}
