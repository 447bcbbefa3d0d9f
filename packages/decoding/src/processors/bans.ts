import * as check from "../arguments/checks.ts";
import { checkArguments, assertToken } from "../arguments/checks.ts";
import { vocabularyCheck } from "../arguments/vocabulary.ts";
import { wrongArgument } from "../errors/decoding-error.ts";
import { knownAs, onFew } from "./few.ts";
import { named, orderOf, process, type Processor, tokensOf } from "./processor.ts";

/** Forbids what would repeat a run of `size` tokens that came before, in the prompt or the output (Paulus et al. 2018). */
export function noRepeatNgram(size: number): Processor {
  check.whole(1)("noRepeatNgram", "size", size);
  return named(`no repeat of ${size} tokens`, (values, context) => {
    const all = [...tokensOf(context)];
    for (let at = 0; at + size <= all.length; at++) {
      const isSame = sameRun(all, at, all.length - size + 1, size - 1);
      const next = all[at + size - 1] as number;
      if (isSame && next < values.length) values[next] = -Infinity;
    }
  });
}

function sameRun(tokens: readonly number[], first: number, second: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (tokens[first + at] !== tokens[second + at]) return false;
  return true;
}

/** Forbids words, each a sequence of tokens: the last token of one may not come where the others came. */
export function badWords(words: readonly (readonly number[])[]): Processor {
  checkArguments("badWords", ["words", words, check.list(check.tokens, "an array of words, each an array of tokens")]);
  const empty = words.findIndex(({ length }) => length === 0);
  if (empty >= 0) throw wrongArgument("badWords", "words", words, "words of at least one token each");
  const checkVocabulary = vocabularyCheck("badWords", { words });
  return named(`bad words ${words.length}`, (values, context) => {
    checkVocabulary(values.length);
    const all = [...tokensOf(context)];
    for (const word of words) {
      const last = word.at(-1) as number;
      const isBegun = word.slice(0, -1).every((token, at) => all[all.length - word.length + 1 + at] === token);
      if (isBegun) values[last] = -Infinity;
    }
  });
}

/** Forbids single tokens wherever they are. */
export function suppressTokens(suppressed: readonly number[]): Processor {
  checkArguments("suppressTokens", ["suppressed", suppressed, check.tokens]);
  const checkVocabulary = vocabularyCheck("suppressTokens", { suppressed });
  return named(`suppress ${suppressed.length} tokens`, (values) => {
    checkVocabulary(values.length);
    for (const token of suppressed) values[token] = -Infinity;
  });
}

/**
 * Allows nothing but one token in certain places.
 * @param forced tokens by place, counted from 0: `{ 0: 5 }` has every output begin with token 5
 */
export function forceTokens(forced: Readonly<Record<number, number>>): Processor {
  check.record("forceTokens", "forced", forced);
  for (const [place, token] of Object.entries(forced)) {
    if (!/^\d+$/.test(place)) throw wrongArgument("forceTokens", "forced", forced, "tokens by place, as in { 0: 5 }");
    assertToken("forceTokens", "forced", token);
  }
  const checkVocabulary = vocabularyCheck("forceTokens", { forced: Object.values(forced) });
  return named("forced tokens", (values, { tokens: { length } }) => {
    checkVocabulary(values.length);
    const token = forced[length];
    if (token === undefined) return;
    const value = values[token] as number;
    values.fill(-Infinity);
    values[token] = value;
  });
}

/** Runs processors one after another, as one; their names are told in that order. */
export function compose(...processors: readonly Processor[]): Processor {
  for (const [at, processor] of processors.entries()) check.callable("compose", `processors[${at}]`, processor);
  const run: Processor = (values, context) => process("compose", processors, values, context);
  const composed = Object.assign(run, { parts: orderOf(processors) });
  if (!processors.every((processor) => onFew(processor) !== undefined)) return composed;
  return knownAs(composed, { parts: processors.flatMap((processor) => onFew(processor)?.parts ?? [processor]) });
}
