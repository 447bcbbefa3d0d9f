import { PatternParser, type Place } from "./pattern-parser.ts";

/** A machine over characters. Its states are the sets of places in the pattern where it may be, written out. */
export interface PatternMachine {
  readonly start: string;
  readonly next: (state: string, character: string) => string | undefined;
  readonly isFinal: (state: string) => boolean;
}

/** Makes a machine of a pattern (Thompson 1968). @throws ValueError for what it does not know */
export function parsePattern(op: string, pattern: string): PatternMachine {
  const parser = new PatternParser(op, pattern);
  const { first, last } = parser.whole();
  const { places } = parser;
  const closure = (from: Iterable<number>): string => {
    const reached = new Set(from);
    for (const place of reached) {
      if (places[place]?.test === undefined) for (const other of places[place]?.to ?? []) reached.add(other);
    }
    return [...reached].toSorted((a, b) => a - b).join();
  };
  return {
    start: closure([first]),
    next: (state, character) => {
      const after = state
        .split(",")
        .map((place) => places[Number(place)] as Place)
        .flatMap(({ test, to }) => (test?.(character) === true ? to : []));
      return after.length === 0 ? undefined : closure(after);
    },
    isFinal: (state) => state.split(",").includes(String(last)),
  };
}
