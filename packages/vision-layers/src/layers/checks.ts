// Sets of checks made of others. Calls of these at the top of a module are marked /* @__PURE__ */, which spreads cannot be:
// a bundler would keep them, and with them the core, for a page that uses a filter's numbers alone.

/** Two sets as one. */
export function joined<A extends object, B extends object>(first: A, second: B): A & B {
  return { ...first, ...second };
}

/** A set but for one of its checks. */
export function without<A extends object, Name extends keyof A>(checks: A, name: Name): Omit<A, Name> {
  const { [name]: _, ...others } = checks;
  return others;
}
