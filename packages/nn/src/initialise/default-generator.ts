import { Generator, assertFunction, assertGenerator, inCall } from "@unfoldjs/tensor-core";
import { type Place, shared } from "../shared/shared.ts";

/**
 * Where random numbers come from that nobody named a generator for. It starts from seed 0, so that a program gives the
 * same numbers each time it is run. All copies of this package draw from one, so that a seed reaches every layer.
 */
function current(): Place<Generator> {
  return shared("default generator", () => new Generator(0));
}

/** The generator that layers and initialisers use unless they are given one. */
export function defaultGenerator(): Generator {
  return current().value;
}

/**
 * Starts the default generator afresh from `seed`: what is drawn from it from now on is the same each time.
 * @returns the default generator
 * @throws ValueError unless the seed is a whole number from 0 up
 */
export function manualSeed(seed: number): Generator {
  return inCall("manualSeed", () => current().value.manualSeed(seed));
}

/** Runs `f` with another default generator. */
export function withGenerator<R>(generator: Generator, f: () => R): R {
  assertGenerator("withGenerator", "generator", generator);
  assertFunction("withGenerator", "f", f);
  const place = current();
  const before = place.value;
  place.value = generator;
  try {
    return f();
  } finally {
    place.value = before;
  }
}
