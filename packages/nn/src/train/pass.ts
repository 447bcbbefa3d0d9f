import { capture, DisposedError, refusePromise, scope, ValueError } from "@unfoldjs/tensor-core";
import { kindOf } from "../data/kinds.ts";

/**
 * One pass over batches. What making a batch made, the batch and what was needed on the way, is freed by `release` if it was
 * not given to `keep`; what was there before stays.
 */
export class Pass<Batch> {
  private readonly iterator: Iterator<Batch>;
  private made: ReturnType<typeof capture>["made"] = [];
  private isOver = false;

  /** @throws ValueError on what cannot be read by a `for` loop */
  constructor(op: string, data: Iterable<Batch>) {
    assertLoopable(op, data);
    this.iterator = data[Symbol.iterator]();
  }

  /** The next batch in a record; undefined at the end. Frees the one before. */
  next(): { readonly batch: Batch } | undefined {
    this.release();
    if (this.isOver) return undefined;
    this.isOver = true; // also if it throws: then it must not be asked to return
    const { result, made } = capture(() => {
      const next = atNext(() => this.iterator.next());
      refusePromise("the data's next()", next);
      if (next.done !== true) refusePromise("the data's next()", next.value);
      return next;
    });
    this.made = made;
    if (result.done === true) {
      this.release();
      return undefined;
    }
    this.isOver = false;
    return { batch: result.value };
  }

  /** Frees what the last batch is made of. */
  release(): void {
    for (const tensor of this.made) if (tensor.endsWithScope) tensor.dispose();
    this.made = [];
  }

  /** Ends the pass, wherever it is. */
  end(): void {
    this.release();
    if (this.isOver) return;
    this.isOver = true;
    scope(() => void this.iterator.return?.());
  }
}

/** What an iterator uses again after a step is freed by then; the error is to say where that happened. */
function atNext<R>(next: () => R): R {
  try {
    return next();
  } catch (error) {
    throw error instanceof DisposedError ? error.within("the data's next()") : error;
  }
}

/** @throws ValueError unless `data` can be read by a `for` loop */
function assertLoopable(op: string, data: Iterable<unknown>): void {
  const given: unknown = data;
  const isObject = typeof given === "object" && given !== null;
  if (isObject && Symbol.iterator in given && typeof given[Symbol.iterator] === "function") return;
  const isAsync = isObject && (Symbol.asyncIterator in given || "then" in given);
  throw new ValueError(
    op,
    { data: isAsync ? ("then" in given ? "a promise" : "an async iterable") : kindOf(given) },
    "the data must give its batches to a plain for loop",
    isAsync
      ? "await what is loaded first, then pass an array or batches(…); a step computes and cannot wait"
      : "pass an array of batches, batches(examples, size), or an object with [Symbol.iterator]",
  );
}

/** @throws ValueError on an iterator, which gives one pass, where more are needed */
export function assertSeveralPasses(op: string, name: string, data: Iterable<unknown>, passes: number): void {
  assertLoopable(op, data);
  if (passes < 2 || !("next" in data)) return;
  throw new ValueError(
    op,
    { [name]: "an iterator", passes },
    "it can be read only once: the second pass would have no batches",
    "each for loop over it must be a pass: give an array, batches(…), or { [Symbol.iterator]: () => generator() }",
  );
}
