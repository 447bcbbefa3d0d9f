import { abortable } from "../waiting/abortable.ts";

/** Code of the caller's: what it throws comes back as it is, and is not taken for what an engine says. */
export class Callers {
  private readonly thrown: unknown[] = [];

  /** Whether the caller's code threw it. */
  threw(error: unknown): boolean {
    return this.thrown.includes(error);
  }

  /** The same function. */
  told<Input>(f: ((input: Input) => void) | undefined): ((input: Input) => void) | undefined {
    if (f === undefined) return undefined;
    return (input) => {
      try {
        f(input);
      } catch (error) {
        this.thrown.push(error);
        throw error;
      }
    };
  }

  /** The same items, until the signal is aborted: also while the next one lets wait for itself. */
  async *items<Item>(
    items: Iterable<Item> | AsyncIterable<Item>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Item, void, undefined> {
    try {
      // What whoever uses the items throws does not pass by here.
      if (Symbol.asyncIterator in items) yield* abortable(items, signal);
      else yield* items;
    } catch (error) {
      this.thrown.push(error);
      throw error;
    }
  }
}
