import * as check from "../arguments/checks.ts";
import { SearchError } from "../errors/decoding-error.ts";
import type { Ended, Hypothesis } from "../hypotheses/hypothesis.ts";
import { PrefixStore } from "../hypotheses/prefix-store.ts";
import { bestScore, type LengthRule, sumRule } from "../length/length-rule.ts";
import { Guard } from "../model/guard.ts";
import { orderOf } from "../processors/processor.ts";
import { lengthRule } from "./beam.ts";
import { Ending } from "./ending.ts";
import { checkSearch, type SearchOptions } from "./request.ts";
import { SentenceSteps } from "./sentence-steps.ts";

export interface BestFirstOptions<State = undefined> extends Omit<SearchOptions<State>, "prefixes"> {
  /** What is to be best; the sum of log-probabilities if left out. */
  readonly length?: LengthRule;
  /** How many results for each sentence; 1 if left out. */
  readonly nBest?: number;
  /** How many hypotheses may wait; 100,000 if left out. Where more would, the worst are dropped, and `isOptimal` is false. */
  readonly maxWaiting?: number;
}

/** What a best-first search found for one sentence. */
export interface BestFirstResult {
  /** Best first. */
  readonly hypotheses: readonly Hypothesis[];
  /** True if it is certain that these are the best. */
  readonly isOptimal: boolean;
  /** How many hypotheses the model was asked about. */
  readonly expanded: number;
}

const own: check.Checks<Pick<BestFirstOptions, "length" | "nBest" | "maxWaiting">> = {
  length: lengthRule,
  nBest: check.whole(1),
  maxWaiting: check.whole(1),
};

/**
 * Best-first search: always goes on with the hypothesis that may still become best (A* with the bound of the rule of length, Hart et
 * al. 1968; Meister et al. 2020 for decoding). Complete outputs come out best first, with certainty. It asks the model about no more
 * hypotheses than exact search, and keeps many in memory.
 * @throws SearchError if a log-probability is above 0, or nothing is left; otherwise as `beamSearch`
 */
export async function bestFirstSearch<State = undefined>(options: BestFirstOptions<State>): Promise<BestFirstResult[]> {
  const op = "bestFirstSearch";
  checkSearch(op, options as BestFirstOptions<unknown>, own as never);
  const guard = new Guard(op, options);
  const steps = new SentenceSteps<State>(op, options, guard);
  const results: BestFirstResult[] = [];
  for (const sentence of options.prompts.keys())
    results.push(await searchSentence(op, options, steps, guard, sentence));
  return results;
}

/** Hypotheses that wait for a turn. */
interface Waiting<State> {
  readonly node: number;
  readonly sum: number;
  /** The best score that it may become; its score, if it is complete. */
  readonly bound: number;
  readonly ended: Ended | undefined;
  readonly source: Source<State>;
}

/** A state, and how many waiting hypotheses go on from it. */
interface Source<State> {
  readonly state: State;
  users: number;
}

async function searchSentence<State>(
  op: string,
  options: BestFirstOptions<State>,
  steps: SentenceSteps<State>,
  guard: Guard,
  sentence: number,
): Promise<BestFirstResult> {
  const { length: rule = sumRule(), nBest = 1, maxWaiting = 100_000 } = options;
  const ending = new Ending(options);
  const store = new PrefixStore();
  const hypotheses: Hypothesis[] = [];
  let waiting: Waiting<State>[] = [];
  let [expanded, isOptimal] = [0, true];
  const { stepper } = steps;

  const release = (source: Source<State>): void => {
    source.users--;
    if (source.users === 0)
      stepper.release(
        source.state,
        waiting.map((each) => each.source.state),
      );
  };
  const drop = ({ node, source }: Waiting<State>): void => {
    store.drop(node);
    release(source);
  };
  const push = (node: number, sum: number, values: Float32Array, state: State): void => {
    expanded++;
    const source = { state, users: 1 };
    try {
      for (let token = 0; token < values.length; token++) {
        const value = values[token] as number;
        if (value > 1e-3) {
          const came = { sentence, token, "log-probability": value };
          throw new SearchError(
            op,
            came,
            "a log-probability is above 0, so that no bound holds",
            "leave out processors that raise values",
          );
        }
        const end = value === -Infinity ? "too early" : ending.after(store, node, token);
        if (end === "too early") continue;
        const child = store.append(node, token, value);
        const counted = store.depth(child) - (end === "stop token" && !rule.countsEnd ? 1 : 0);
        const least = rule.countsEnd ? counted + 1 : counted;
        const bound =
          end === undefined ? bestScore(rule, sum + value, least, ending.maxLength) : rule.score(sum + value, counted);
        source.users++;
        add(waiting, { node: child, sum: sum + value, bound, ended: end, source });
      }
    } finally {
      release(source);
    }
    if (waiting.length <= maxWaiting) return;
    isOptimal = false;
    const sorted = waiting.toSorted((a, b) => b.bound - a.bound); // a sorted list is a heap too
    waiting = sorted.slice(0, Math.ceil(maxWaiting / 2));
    for (const each of sorted.slice(waiting.length)) drop(each);
  };

  try {
    if (guard.isSpent(stepper.steps)) return { hypotheses, isOptimal: false, expanded };
    const first = await steps.prompt(sentence, steps.begin(sentence));
    push(store.root(), 0, first.values, first.state);
    for (let best = take(waiting); best !== undefined; best = take(waiting)) {
      const { node, sum, bound, ended, source } = best;
      try {
        if (ended !== undefined) {
          hypotheses.push({
            tokens: store.tokens(node),
            logProbability: sum,
            tokenLogProbabilities: store.logProbabilities(node),
            score: bound,
            ended,
          });
          if (hypotheses.length === nBest) return { hypotheses, isOptimal, expanded };
          continue;
        }
        if (guard.isSpent(stepper.steps)) return { hypotheses, isOptimal: false, expanded };
        const { values, state } = await steps.expand(sentence, store.tokens(node), source.state);
        push(node, sum, values, state);
      } finally {
        drop(best);
      }
      await guard.turn();
    }
    if (hypotheses.length > 0) return { hypotheses, isOptimal, expanded };
    const processors = orderOf(options.processors ?? []).join(", ") || "none";
    throw new SearchError(
      op,
      { sentence, processors },
      "no hypothesis is left: the model or the processors forbid every output",
    );
  } finally {
    for (const each of waiting.splice(0)) drop(each);
  }
}

/** Adds to a heap whose root has the highest bound. */
function add<State>(heap: Waiting<State>[], item: Waiting<State>): void {
  heap.push(item);
  for (let at = heap.length - 1; at > 0;) {
    const parent = (at - 1) >> 1;
    if ((heap[parent] as Waiting<State>).bound >= (heap[at] as Waiting<State>).bound) return;
    [heap[parent], heap[at]] = [heap[at] as Waiting<State>, heap[parent] as Waiting<State>];
    at = parent;
  }
}

function take<State>(heap: Waiting<State>[]): Waiting<State> | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  heap[0] = last;
  for (let at = 0; ;) {
    let child = 2 * at + 1;
    if (child >= heap.length) return first;
    if (child + 1 < heap.length && (heap[child + 1] as Waiting<State>).bound > (heap[child] as Waiting<State>).bound)
      child++;
    if ((heap[child] as Waiting<State>).bound <= (heap[at] as Waiting<State>).bound) return first;
    [heap[child], heap[at]] = [heap[at] as Waiting<State>, heap[child] as Waiting<State>];
    at = child;
  }
}
