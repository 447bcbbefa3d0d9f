import * as check from "../arguments/checks.ts";
import type { Processor } from "../processors/processor.ts";
import { constrainTo } from "./automaton.ts";
import { parsePattern } from "./pattern.ts";

/**
 * A processor under which the text of every output matches a regular expression, as a whole. Tokens may be of several characters; one of
 * no text may not come.
 * @param pattern literals, `.`, classes as `[a-z]` and `[^"]`, `\d \w \s` and escapes, groups, `|`, `* + ?` and `{2,3}`; no
 * anchors, look-around or back-references: those are refused
 * @param texts the text of each token of the vocabulary
 */
export function matchPattern(pattern: string, texts: readonly string[]): Processor {
  const op = "matchPattern";
  check.checkArguments(
    op,
    ["pattern", pattern, check.string],
    ["texts", texts, check.list(check.string, "an array of the text of each token")],
  );
  const machine = parsePattern(op, pattern);
  const characters = texts.map((text) => Array.from(text));
  const known = new Map<string, string | undefined>();
  return constrainTo({
    name: `pattern ${pattern}`,
    start: machine.start,
    next: (state, token) => {
      const key = `${state}|${token}`;
      if (known.has(key)) return known.get(key);
      const text = characters[token] ?? [];
      let after: string | undefined = text.length === 0 ? undefined : String(state);
      for (const character of text) after = after === undefined ? undefined : machine.next(after, character);
      known.set(key, after);
      return after;
    },
    isFinal: (state) => machine.isFinal(String(state)),
  });
}
