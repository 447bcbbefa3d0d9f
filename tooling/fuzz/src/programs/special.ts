import type { OpCase } from "@unfoldjs/op-cases";

/** Squares of numbers beyond this are no f32s. */
const HUGE = 1e15;

/** What the rows of a case say of numbers at the edge; where they say nothing, formulas that are equal may differ. */
export interface Known {
  readonly infinite: boolean;
  /** Numbers whose squares are no f32s. */
  readonly huge: boolean;
}

const known = new WeakMap<OpCase, Known>();

export function knownTo(opCase: OpCase): Known {
  const found = known.get(opCase) ?? lookedUp(opCase);
  known.set(opCase, found);
  return found;
}

function lookedUp(opCase: OpCase): Known {
  const drawn = opCase.rows.flatMap(({ inputs }) =>
    inputs.flatMap((input) => ("draw" in input ? input.draw.draw(20, () => 0) : [])),
  );
  return { infinite: drawn.some((value) => Math.abs(value) === Infinity), huge: drawn.some(isHuge) };
}

/** Finite, and beyond what most formulas can square. */
function isHuge(value: number): boolean {
  return Math.abs(value) > HUGE && Math.abs(value) !== Infinity;
}
