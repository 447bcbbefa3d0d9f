import { named, type Processor } from "./processor.ts";

/** What is known of a processor that looks at values alone, so that it does the same where impossible tokens are left out. */
export interface OnFew {
  /** It changes each value by itself, and makes no value less than one that was smaller. */
  readonly isMonotone?: boolean;
  /** It keeps so many of the likeliest, and those as likely as the last of them. */
  readonly keeps?: number;
  /** It is these, one after another. */
  readonly parts?: readonly Processor[];
}

const known = new WeakMap<Processor, OnFew>();

/** Names a processor that looks neither at places nor at the context, and leaves −∞ as it is. */
export function filter(name: string, processor: (values: Float32Array) => void, facts: OnFew = {}): Processor {
  return knownAs(named(name, processor), facts);
}

export function knownAs(processor: Processor, facts: OnFew): Processor {
  known.set(processor, facts);
  return processor;
}

/** Nothing, of processors that see the whole row, as those of a user do. */
export function onFew(processor: Processor): OnFew | undefined {
  return known.get(processor);
}
