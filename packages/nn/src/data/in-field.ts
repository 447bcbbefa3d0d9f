import { UnfoldError } from "@unfoldjs/tensor-core";

/** Runs `f`; an error from it says in which field of an example it happened: `batches in words: …`. */
export function inField<R>(field: string, f: () => R): R {
  try {
    return f();
  } catch (error) {
    throw error instanceof UnfoldError ? error.within(field) : error;
  }
}
