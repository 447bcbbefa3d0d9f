import { refusePromise, type Tensor, withHandler } from "@unfoldjs/tensor-core";
import { backward } from "../tape/backward.ts";
import { Tape } from "../tape/tape.ts";
import { own } from "./own.ts";
import { leavesOf } from "./tree.ts";

/** A run that was recorded: what it gave, and the way back from there. */
export interface Recorded<Y> {
  readonly value: Y;
  /** The tensors in the value. */
  readonly outputs: readonly Tensor[];
  /**
   * The gradients of the sources for those of the outputs; undefined is zero, on both sides. The caller owns them. It may
   * be called as often as there is need.
   */
  pull(cotangents: readonly (Tensor | undefined)[]): (Tensor | undefined)[];
}

/** Runs `f` under a tape that watches `sources`, and `use` while the tape is there. */
export function recorded<Y extends object, R>(
  op: string,
  f: () => Y,
  sources: readonly Tensor[],
  use: (run: Recorded<Y>) => R,
): R {
  const tape = new Tape();
  for (const source of sources) tape.watch(source);
  try {
    const value = withHandler(tape, f);
    refusePromise(op, value);
    const outputs = leavesOf(op, value, "the result of the function");
    for (const output of outputs) tape.endsIn(output, op); // refuses one that was overwritten
    return use({ value, outputs, pull: (cotangents) => pull(tape, sources, outputs, cotangents) });
  } finally {
    tape.release();
  }
}

function pull(
  tape: Tape,
  sources: readonly Tensor[],
  outputs: readonly Tensor[],
  cotangents: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  const seeds = new Map<number, Tensor>();
  for (const [i, { id }] of outputs.entries()) {
    const [other, cotangent] = [seeds.get(id), cotangents[i]];
    if (cotangent !== undefined) seeds.set(id, other === undefined ? cotangent : other.add(cotangent));
  }
  const found = backward(tape, seeds, new Set(sources.map(({ id }) => id)), { keepsTape: true });
  const gradients = sources.map(({ id }) => own(found.get(id)));
  for (const gradient of found.values()) gradient.dispose();
  return gradients;
}
