import * as check from "../arguments/checks.ts";
import { named, type Processor } from "../processors/processor.ts";

/** A finite automaton over tokens: what outputs are allowed. States are strings or numbers, so that equal ones are the same. */
export interface Automaton<State extends string | number = string | number> {
  readonly name: string;
  readonly start: State;
  /** The state after a token; undefined if it may not come. The stop token is not asked about. */
  readonly next: (state: State, token: number) => State | undefined;
  /** Whether an output may end here. */
  readonly isFinal: (state: State) => boolean;
}

/** A number of steps that no output has. */
const FAR = 2 ** 30;

/**
 * A processor that lets only outputs through that an automaton accepts, to their end: a token is forbidden if the automaton cannot be
 * brought to a final state any more within the maximum length. For that all its states are looked through once, which takes as many
 * calls of `next` as states × vocabulary.
 *
 * An output that no token can go on with has nothing left: the search says so by the name of the automaton.
 */
export function constrainTo(automaton: Automaton): Processor {
  check.fields<Automaton>(
    { name: check.string, start: stateCheck, next: check.callable, isFinal: check.callable },
    "name",
    "start",
    "next",
    "isFinal",
  )("constrainTo", "automaton", automaton);
  let known: Distances | undefined;
  return named(automaton.name, (values, { tokens, stopTokens, maxLength }) => {
    known ??= distancesOf(automaton, values.length, stopTokens);
    let state: string | number | undefined = automaton.start;
    for (const token of tokens) state = state === undefined ? undefined : automaton.next(state, token);
    const left = maxLength - tokens.length - 1;
    // Where an output may end without a stop token, it is enough to be in a final state when the length is reached.
    const needed = stopTokens.size > 0 ? 1 : 0;
    for (let token = 0; token < values.length; token++) {
      if (stopTokens.has(token)) {
        if (state === undefined || !automaton.isFinal(state)) values[token] = -Infinity;
        continue;
      }
      const after = state === undefined ? undefined : automaton.next(state, token);
      if (after === undefined || (known.get(after) ?? FAR) + needed > left) values[token] = -Infinity;
    }
  });
}

const stateCheck: check.Check = (op, name, value) => {
  if (typeof value === "number") check.number(op, name, value);
  else check.string(op, name, value);
};

/** From each state, how many tokens a final one is away. */
type Distances = ReadonlyMap<string | number, number>;

function distancesOf(automaton: Automaton, vocabulary: number, stopTokens: ReadonlySet<number>): Distances {
  const before = new Map<string | number, (string | number)[]>([[automaton.start, []]]);
  const queue: (string | number)[] = [automaton.start];
  for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
    const seen = new Set<string | number>();
    for (let token = 0; token < vocabulary; token++) {
      const after = stopTokens.has(token) ? undefined : automaton.next(state, token);
      if (after !== undefined) stateCheck("constrainTo", `what next of ${automaton.name} gives`, after);
      if (after === undefined || seen.has(after)) continue;
      seen.add(after);
      const sources = before.get(after);
      if (sources === undefined) {
        before.set(after, [state]);
        queue.push(after);
      } else sources.push(state);
    }
  }
  const distances = new Map<string | number, number>();
  let layer = [...before.keys()].filter((state) => {
    const isFinal: unknown = automaton.isFinal(state);
    check.boolean("constrainTo", `what isFinal of ${automaton.name} gives`, isFinal);
    return isFinal === true;
  });
  for (let distance = 0; layer.length > 0; distance++) {
    const next: (string | number)[] = [];
    for (const state of layer) {
      if (distances.has(state)) continue;
      distances.set(state, distance);
      next.push(...(before.get(state) ?? []));
    }
    layer = next;
  }
  return distances;
}
