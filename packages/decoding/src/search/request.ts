import * as check from "../arguments/checks.ts";
import { type Check, type Checks, checkOptions, assertToken } from "../arguments/checks.ts";
import { ValueError, wrongArgument } from "../errors/decoding-error.ts";
import type { Limits, Model } from "../model/model.ts";
import type { Processor } from "../processors/processor.ts";
import type { EndingOptions } from "./ending.ts";

/** How a search stands after one of its steps. */
export interface SearchProgress {
  /** How many steps were made. */
  readonly steps: number;
  /** Hypotheses that are alive, of each sentence. */
  readonly live: readonly number[];
}

/** What every search takes: a model, prompts, what ends an output, and limits. */
export interface SearchOptions<State = undefined> extends Limits, EndingOptions {
  /** Anything with a `step`. */
  readonly model: Model<State>;
  /**
   * One for each sentence: the tokens before the output, which are not scored. A decoder starts with its start token, as in
   * `[[1]]`. All but the last are fed to the model first; or are only in `prefix`, if it keeps no state.
   */
  readonly prompts: readonly (readonly number[])[];
  /** For each sentence tokens that its output must begin with; these are part of it and scored. */
  readonly prefixes?: readonly (readonly number[])[];
  /** Change the log-probabilities of each row, in this order, before anything is chosen. */
  readonly processors?: readonly Processor[];
  /** Called after each step. What it throws ends the search. */
  readonly onStep?: (progress: SearchProgress) => void;
}

const stopTokens: Check = (op, name, value) => {
  if (Array.isArray(value)) check.tokens(op, name, value);
  else assertToken(op, name, value);
};

const stopSequence: Check = (op, name, value) => {
  check.tokens(op, name, value);
  if ((value as readonly number[]).length === 0)
    throw wrongArgument(op, name, value, "a sequence of at least one token");
};

const prompt: Check = (op, name, value) => {
  check.tokens(op, name, value);
  if ((value as readonly number[]).length > 0) return;
  throw wrongArgument(
    op,
    name,
    value,
    "a prompt of at least one token",
    "start with the token that the model was taught to start with",
  );
};

const values = check.oneOf("log-probabilities", "partial", "logits");

/** A model: an object of any class, which may have fields of its own. */
export const model: Check = (op, name, value) => {
  // A tensor has a method of that name too, which does something else.
  if (typeof value !== "object" || value === null || !("step" in value) || ("dtype" in value && "strides" in value)) {
    throw wrongArgument(op, name, value, "an object with a function step(tokens, state)");
  }
  const { step, reorder, release, values: given } = value as Partial<Model<unknown>>;
  check.callable(op, "step", step);
  check.optional(check.callable)(op, "reorder", reorder);
  check.optional(check.callable)(op, "release", release);
  check.optional(values)(op, "values", given);
};

const limitChecks: Checks<Limits> = {
  signal: check.signal,
  maxSteps: check.whole(1),
  maxMilliseconds: (op, name, value) => {
    if (typeof value !== "number" || !(value > 0))
      throw wrongArgument(op, name, value, "a number of milliseconds above 0");
  },
};

const endingChecks: Checks<EndingOptions> = {
  stopTokens,
  stopSequences: check.list(stopSequence),
  minLength: check.whole(0),
  maxLength: check.whole(1),
};

export const searchChecks: Checks<SearchOptions<unknown>> = {
  model,
  ...limitChecks,
  ...endingChecks,
  prompts: check.list(prompt, "an array of prompts, each an array of tokens"),
  prefixes: check.list(check.tokens, "an array of one array of tokens for each prompt"),
  processors: check.list(check.callable, "an array of functions"),
  onStep: check.callable,
};

/** Looks at the options that all searches have, and at those of one of them. @throws ValueError */
export function checkSearch<Options extends SearchOptions<unknown>>(
  op: string,
  options: Options,
  more: Checks<Omit<Options, keyof SearchOptions<unknown>>>,
  ...required: readonly string[]
): void {
  const checks = { ...searchChecks, ...more } as Checks<object>;
  checkOptions<object>(op, options, checks, ["model", "prompts", "maxLength", ...required]);
  const { prompts, prefixes, minLength = 0, maxLength } = options;
  if (minLength > maxLength) {
    throw new ValueError(op, { minLength, maxLength }, "minLength must not be above maxLength");
  }
  if (prefixes === undefined) return;
  if (prefixes.length !== prompts.length) {
    throw new ValueError(
      op,
      { prefixes: prefixes.length, prompts: prompts.length },
      "prefixes must be as many as prompts",
      "[] for a sentence without one",
    );
  }
  const sentence = prefixes.findIndex(({ length }) => length > maxLength);
  if (sentence >= 0) {
    const came = { sentence, prefix: (prefixes[sentence] as readonly number[]).length, maxLength };
    throw new ValueError(op, came, "a forced prefix of prefixes is longer than maxLength", "raise maxLength");
  }
}
