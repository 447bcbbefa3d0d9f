const KEY = Symbol.for("@unfoldjs/nn");

/** A place for something that all copies of this package share. */
export interface Place<T> {
  value: T;
}

/**
 * The place called `name`, with what `first` gives in it unless another copy of this package has been there. Two copies in
 * one process (a linked package, a bundle beside an import) thus seed one generator and see one stack of running modules.
 * @param name what changes its form gets another name: copies may be of different versions
 */
export function shared<T>(name: string, first: () => T): Place<T> {
  const host: typeof globalThis & { [KEY]?: Record<string, Place<unknown>> } = globalThis;
  const places = (host[KEY] ??= {});
  return (places[name] ??= { value: first() }) as Place<T>;
}
