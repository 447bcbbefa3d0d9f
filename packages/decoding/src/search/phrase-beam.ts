import * as check from "../arguments/checks.ts";
import { ValueError, wrongArgument } from "../errors/decoding-error.ts";
import { MOST_PHRASES, PhraseBook } from "../constraints/phrase-book.ts";
import { type BeamOptions, beamSettings, type BeamResult, checkBeamWith } from "./beam.ts";
import { BeamSearch } from "./beam-search.ts";
import type { StepRecord } from "../trace/trace.ts";
import { finish } from "./drive.ts";
import { PhraseCandidates } from "./phrase-candidates.ts";

export interface PhraseBeamOptions<State = undefined> extends BeamOptions<State> {
  /** For each sentence the words or phrases that its output must contain, each a sequence of tokens; `[]` for none. */
  readonly phrases: readonly (readonly (readonly number[])[])[];
  /**
   * `"postVilar"` if left out. `"transformers"` weighs what `generate({ force_words_ids })` of transformers 4 does: fewer candidates,
   * so that outputs seldom end before the maximum length, and a token that breaks a phrase off can begin none.
   */
  readonly allocation?: "postVilar" | "transformers";
}

/**
 * Beam search whose results contain given phrases, in any order, by dynamic beam allocation (Post & Vilar 2018): hypotheses that have
 * as much of their phrases share the beam with those that have more or less, so phrases come where they fit best. Phrases may overlap.
 * `width` should be above the number of tokens in the phrases of a sentence.
 * @throws ValueError for phrases that have no room within `maxLength`; otherwise as `beamSearch` does
 */
export async function phraseBeamSearch<State = undefined>(options: PhraseBeamOptions<State>): Promise<BeamResult> {
  const op = "phraseBeamSearch";
  const own = {
    phrases: check.list(
      check.list(phrase, "an array of phrases, each an array of tokens"),
      "an array of phrases for each prompt",
    ),
    allocation: check.oneOf("postVilar", "transformers"),
  };
  checkBeamWith(op, options as never, own, "phrases");
  const { phrases, allocation, prompts, maxLength, width, stopTokens = [] } = options;
  if (phrases.length !== prompts.length) {
    const came = { phrases: phrases.length, prompts: prompts.length };
    throw new ValueError(op, came, "phrases must be as many as prompts", "[] for a sentence without any");
  }
  const room = maxLength - (typeof stopTokens === "number" || stopTokens.length > 0 ? 1 : 0);
  const books = phrases.map((each, sentence) => {
    if (each.length > MOST_PHRASES) {
      throw new ValueError(op, { sentence, phrases: each.length }, `a sentence may have ${MOST_PHRASES} phrases`);
    }
    const book = new PhraseBook(each, allocation === "transformers");
    const prefix = options.prefixes?.[sentence] ?? [];
    const begun = prefix.reduce((state, token) => book.after(state, token), book.start);
    const needed = prefix.length + book.missing(begun);
    if (needed > room) {
      const came = { sentence, phrases: each.map((tokens) => `[${tokens.join(", ")}]`).join(" "), needed, room };
      throw new ValueError(op, came, "the phrases of a sentence must have room within maxLength", "raise maxLength");
    }
    return book;
  });
  const trace: StepRecord[] = [];
  const record = options.trace === true ? (step: StepRecord): number => trace.push(step) : undefined;
  const result = await finish(op, options, (sentence) => {
    const settings = beamSettings(op, options, sentence, record);
    const book = books[sentence.index] as PhraseBook;
    if (book.total === 0) return new BeamSearch(settings);
    const candidates = new PhraseCandidates(book, settings.ending, width, allocation === "transformers");
    return new BeamSearch({ ...settings, phrases: candidates });
  });
  return { ...result, trace };
}

const phrase: check.Check = (op, name, value) => {
  check.tokens(op, name, value);
  if ((value as readonly number[]).length === 0) throw wrongArgument(op, name, value, "a phrase of at least one token");
};
