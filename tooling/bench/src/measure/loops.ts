import { assemble } from "./assemble.ts";

/** The machine's own loops as WebAssembly. Assembled in Node, so that a page needs no assembler. */
export interface Loops {
  /** multiply-adds with one rounding: relaxed SIMD, which not every engine has */
  readonly fused: Uint8Array<ArrayBuffer>;
  readonly multiplyThenAdd: Uint8Array<ArrayBuffer>;
  readonly memory: Uint8Array<ArrayBuffer>;
}

// More chains than the processor's multiply-adds in flight (2 units × 4 cycles on today's), and few enough that they,
// the two operands and V8's scratch register fit into 16 vector registers.
export const CHAINS = 12;

/** Bytes that one round of a memory loop goes forward by: eight vectors. */
export const STRIDE = 128;

export function assembleLoops(): Loops {
  return {
    fused: arithmetic("(f32x4.relaxed_madd (local.get $chain) (local.get $x) (local.get $y))"),
    multiplyThenAdd: arithmetic("(f32x4.add (f32x4.mul (local.get $chain) (local.get $x)) (local.get $y))"),
    memory: memory(),
  };
}

/** `loop(rounds, factor, summand)`: independent chains that never leave their registers. */
function arithmetic(step: string): Uint8Array<ArrayBuffer> {
  const chains = numbered(CHAINS, "$chain");
  const forEachChain = (line: (chain: string) => string): string => chains.map(line).join("\n");
  return assemble(`(module
    (func (export "loop") (param $rounds i32) (param $factor f32) (param $summand f32) (result f32)
      (local $x v128) (local $y v128) ${forEachChain((chain) => `(local ${chain} v128)`)}
      (local.set $x (f32x4.splat (local.get $factor)))
      (local.set $y (f32x4.splat (local.get $summand)))
      (loop $again
        ${forEachChain((chain) => `(local.set ${chain} ${step.replace("$chain", chain)})`)}
        (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
      (f32x4.extract_lane 0 ${total(chains)})))`);
}

/** `read(x, end)`, `copy(x, end, out)` and `triad(x, end, out, y)`, each from address `x` to `end` by strides. */
function memory(): Uint8Array<ArrayBuffer> {
  // As many sums as additions in flight: one chain would wait for itself and not for memory.
  const sums = numbered(STRIDE / 16, "$sum");
  const load = (from: string, i: number): string => `(v128.load offset=${16 * i} (local.get ${from}))`;
  const forEachVector = (line: (sum: string, i: number) => string): string => sums.map(line).join("\n");
  const forward = (address: string): string =>
    `(local.set ${address} (i32.add (local.get ${address}) (i32.const ${STRIDE})))`;
  const again = `${forward("$x")} (br_if $again (i32.lt_u (local.get $x) (local.get $end)))`;
  return assemble(`(module
    (memory (import "machine" "memory") 1)
    (func (export "read") (param $x i32) (param $end i32) (result f32)
      ${forEachVector((sum) => `(local ${sum} v128)`)}
      (loop $again
        ${forEachVector((sum, i) => `(local.set ${sum} (f32x4.add (local.get ${sum}) ${load("$x", i)}))`)}
        ${again})
      (f32x4.extract_lane 0 ${total(sums)}))
    (func (export "copy") (param $x i32) (param $end i32) (param $out i32)
      (loop $again
        ${forEachVector((_, i) => `(v128.store offset=${16 * i} (local.get $out) ${load("$x", i)})`)}
        ${forward("$out")} ${again}))
    (func (export "triad") (param $x i32) (param $end i32) (param $out i32) (param $y i32)
      (loop $again
        ${forEachVector(
          (_, i) => `(v128.store offset=${16 * i} (local.get $out) (f32x4.add ${load("$x", i)} ${load("$y", i)}))`,
        )}
        ${forward("$out")} ${forward("$y")} ${again})))`);
}

function numbered(count: number, name: string): readonly string[] {
  return Array.from({ length: count }, (_, i) => name + i);
}

function total(names: readonly string[]): string {
  return names.map((name) => `(local.get ${name})`).reduce((sum, next) => `(f32x4.add ${sum} ${next})`);
}
