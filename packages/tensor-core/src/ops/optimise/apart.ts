import type { AnyTensor } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { ITEM_SIZE } from "../../types/dtype.ts";

type Operands = Readonly<Record<string, AnyTensor | undefined>>;

/**
 * Checks that a step writes no place twice, and none that it reads again under another index: kernels go lane by lane and on
 * several threads, so what came out would depend on their order.
 * @param written contiguous
 * @param options `sameElements` if the step reads an element and writes the one of the same index, so that a gradient may be
 * the very memory of what is written
 * @throws ShapeError
 */
export function assertApart(
  op: string,
  written: Operands,
  read: Operands,
  { sameElements }: { readonly sameElements: boolean },
): void {
  // For each parameter of each step: loops over names, without arrays of pairs.
  for (const name in written) {
    const target = written[name];
    if (target === undefined) continue;
    for (const other in written) {
      if (other === name) break; // each pair once
      const earlier = written[other];
      if (earlier !== undefined && overlap(earlier, target)) throw together(op, other, earlier, name, target);
    }
    for (const other in read) {
      const source = read[other];
      // What is not contiguous is copied before the kernel runs.
      if (source === undefined || !source.isContiguous || !overlap(target, source)) continue;
      if (sameElements && source.address === target.address) continue;
      throw together(op, name, target, other, source);
    }
  }
}

/** Whether two contiguous tensors have a byte in common. */
function overlap(a: AnyTensor, b: AnyTensor): boolean {
  return a.storage === b.storage && a.address < endOf(b) && b.address < endOf(a);
}

function endOf({ address, size, dtype }: AnyTensor): number {
  return address + size * ITEM_SIZE[dtype];
}

function together(op: string, name: string, target: AnyTensor, other: string, source: AnyTensor): ShapeError {
  return new ShapeError(
    op,
    { [name]: target.shape, [other]: source.shape },
    `${name} and ${other} share memory, and ${name} is written`,
    `give the ${other} memory of its own, by clone()`,
  );
}
