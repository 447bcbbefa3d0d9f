import { aliasOf, type AnyTensor, unowned } from "@unfoldjs/tensor-core";

/** A tensor whose elements are kept, and that is there again when it is needed, whoever took it away in between. */
export class Held {
  /** Keeps the elements. */
  private readonly alias: AnyTensor;
  private readonly handles: Set<AnyTensor>;

  constructor(tensor: AnyTensor) {
    this.alias = unowned(() => aliasOf(tensor));
    this.handles = new Set([tensor]);
  }

  /** @param handle the tensor itself once more, or an alias of it */
  add(handle: AnyTensor): void {
    this.handles.add(handle);
  }

  /** Has disposed handles be there again. @returns those, which the caller disposes */
  wake(): readonly AnyTensor[] {
    return [...this.handles].filter((handle) => handle.wake());
  }

  release(): void {
    this.alias.dispose();
  }
}

/** Runs `f` with all of what is held. @param after told of what is about to go again, and of what `f` gave */
export function withHeld<R>(
  held: Iterable<Held>,
  f: () => R,
  after?: (result: R, woken: ReadonlySet<unknown>) => R,
): R {
  const woken = new Set<AnyTensor>();
  try {
    for (const each of held) for (const handle of each.wake()) woken.add(handle);
    const result = f();
    return after === undefined ? result : after(result, woken);
  } finally {
    for (const handle of woken) handle.dispose();
  }
}
