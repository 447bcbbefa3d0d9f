import type { Random } from "@unfoldjs/op-cases";
import { type AnyTensor, data, type StoredTensor } from "@unfoldjs/tensor-core";

/** A reader of files, and what a file of its kind is made of. */
export interface Reader {
  readonly name: string;
  /** Small whole files, of every form that the writers know. */
  files(): Promise<readonly Uint8Array[]>;
  /** Words of the format. */
  readonly tokens: readonly string[];
  /** Opens, looks at and gives back all of it. @returns what is wrong with what it gave, in words */
  read(bytes: Uint8Array): readonly string[] | Promise<readonly string[]>;
  /** A change that leaves what guards the rest as it must be: checksums, lengths. */
  rewrite?(bytes: Uint8Array, random: Random): Uint8Array;
}

/** Reads a stored tensor whole. @returns what does not fit together */
export function readStored(name: string, stored: StoredTensor): string[] {
  const size = stored.shape.reduce((product, length) => product * length, 1);
  const elements = stored.data();
  if (elements.length !== size)
    return [`${name} of shape [${stored.shape.join(", ")}] has ${elements.length} elements`];
  const tensor = stored.tensor();
  try {
    return sameElements(tensor, elements) ? [] : [`${name}: tensor() holds other elements than data()`];
  } finally {
    tensor.dispose();
  }
}

function sameElements(tensor: AnyTensor, elements: ArrayLike<number>): boolean {
  const own = data(tensor);
  if (own.length !== elements.length) return false;
  for (let at = 0; at < own.length; at++) if (!Object.is(own[at], elements[at])) return false;
  return true;
}
