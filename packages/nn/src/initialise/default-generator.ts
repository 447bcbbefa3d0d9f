import { Generator } from "@unfoldjs/tensor-core";

/**
 * Where random numbers come from that nobody named a generator for. It starts from seed 0, so that a program gives the
 * same numbers each time it is run.
 */
let current = new Generator(0);

/** The generator that layers use unless they are given one. */
export function defaultGenerator(): Generator {
  return current;
}

/**
 * Starts the default generator afresh from `seed`: layers made from now on, and what they draw, are the same each time.
 * Layers made before go on with the generator they have.
 * @returns the new default generator
 */
export function manualSeed(seed: number): Generator {
  return (current = new Generator(seed));
}

/** Runs `f` with another default generator. */
export function withGenerator<R>(generator: Generator, f: () => R): R {
  const before = current;
  current = generator;
  try {
    return f();
  } finally {
    current = before;
  }
}
