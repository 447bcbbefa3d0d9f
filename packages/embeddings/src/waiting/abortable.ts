/** Waits with one ear for a signal, however long what it waits for takes: a sequence that hangs is left at once. */
class Wait {
  private readonly signal: AbortSignal;
  private stop: ((reason: unknown) => void) | undefined;

  constructor(signal: AbortSignal) {
    this.signal = signal;
    // One for all waits: a listener for each would cost more than most of them.
    signal.addEventListener("abort", this.aborted);
  }

  async for<Result>(promise: PromiseLike<Result>): Promise<Result> {
    this.signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      this.stop = reject;
      promise.then(resolve, reject);
    });
  }

  end(): void {
    this.signal.removeEventListener("abort", this.aborted);
  }

  private readonly aborted = (): void => this.stop?.(this.signal.reason);
}

/** What the promise gives, or the signal's reason as soon as it is aborted. */
export async function orAborted<Result>(
  promise: PromiseLike<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return promise;
  const wait = new Wait(signal);
  try {
    return await wait.for(promise);
  } finally {
    wait.end();
  }
}

/** The same items, until the signal is aborted: also while the next one lets wait for itself. @throws the signal's reason */
export async function* abortable<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item, void, undefined> {
  if (signal === undefined) {
    yield* items;
    return;
  }
  const iterator = items[Symbol.asyncIterator]();
  const wait = new Wait(signal);
  let isOver = false;
  try {
    for (;;) {
      const next = await wait.for(iterator.next()).catch((error: unknown) => {
        isOver = !signal.aborted; // what throws has ended
        throw error;
      });
      if (next.done === true) {
        isOver = true;
        return;
      }
      yield next.value;
    }
  } finally {
    wait.end();
    if (!isOver) await left(iterator, signal);
  }
}

/** Lets go of a sequence; one that hangs would not answer. */
async function left(iterator: AsyncIterator<unknown>, signal: AbortSignal): Promise<void> {
  const returned = iterator.return?.();
  if (signal.aborted) returned?.then(undefined, () => undefined);
  else await returned;
}
