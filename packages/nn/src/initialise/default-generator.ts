import { Generator } from "@unfoldjs/tensor-core";

/**
 * Where random numbers come from that nobody named a generator for. It starts from seed 0, so that a program gives the
 * same numbers each time it is run.
 */
let current = new Generator(0);

/** The generator that layers and initialisers use unless they are given one. */
export function defaultGenerator(): Generator {
  return current;
}

/**
 * Starts the default generator afresh from `seed`: what is drawn from it from now on is the same each time.
 * @returns the default generator
 * @throws ValueError unless the seed is a whole number from 0 up
 */
export function manualSeed(seed: number): Generator {
  return current.manualSeed(seed);
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
