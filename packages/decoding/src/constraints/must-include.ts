import * as check from "../arguments/checks.ts";
import { wrongArgument } from "../errors/decoding-error.ts";
import { vocabularyCheck } from "../arguments/vocabulary.ts";
import { named, type Processor } from "../processors/processor.ts";
import { constrainTo } from "./automaton.ts";

/**
 * A processor under which every output contains each of these phrases, in any order; phrases may overlap. It forces nothing before it
 * must: a phrase that the model does not say by itself comes when there is only just room for it, so give the search some width.
 * @param phrases each a sequence of tokens @throws ValueError for a phrase without tokens, or more than 20 phrases
 */
export function mustInclude(phrases: readonly (readonly number[])[]): Processor {
  check.checkArguments("mustInclude", [
    "phrases",
    phrases,
    check.list(check.tokens, "an array of phrases, each an array of tokens"),
  ]);
  if (phrases.some(({ length }) => length === 0) || phrases.length > 20) {
    throw wrongArgument("mustInclude", "phrases", phrases, "at most 20 phrases of at least one token each");
  }
  const longest = Math.max(1, ...phrases.map(({ length }) => length)) - 1;
  const tokens = new Set(phrases.flat());
  const all = 2 ** phrases.length - 1;
  // A state is which phrases were said, and the last tokens, of which only those in phrases matter.
  const checkVocabulary = vocabularyCheck("mustInclude", { phrases });
  const constraint = constrainTo({
    name: `must include ${phrases.length} phrases`,
    start: "0:",
    next: (state, token) => {
      const [said = "0", last = ""] = String(state).split(":");
      const recent = [...(last === "" ? [] : last.split(",")), String(tokens.has(token) ? token : "_")];
      let mask = Number(said);
      for (const [at, phrase] of phrases.entries()) {
        const isEnd = phrase.every((each, place) => recent[recent.length - phrase.length + place] === String(each));
        if (isEnd) mask |= 1 << at;
      }
      const kept = longest === 0 ? [] : recent.slice(-longest);
      const start = kept.findLastIndex((each) => each === "_");
      return `${mask}:${kept.slice(start + 1).join(",")}`;
    },
    isFinal: (state) => Number(String(state).split(":")[0]) === all,
  });
  return named(constraint.name, (values, context) => {
    checkVocabulary(values.length);
    constraint(values, context);
  });
}
