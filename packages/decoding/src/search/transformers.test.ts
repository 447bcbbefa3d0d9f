import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { badWords, noRepeatNgram, suppressTokens } from "../processors/bans.ts";
import { repetitionPenalty } from "../processors/penalties.ts";
import type { Processor } from "../processors/processor.ts";
import { tableModel } from "../testing/table-model.ts";
import type { TransformersFixture } from "../testing/transformers-fixture.ts";
import { beamSearch, greedySearch } from "./beam.ts";
import { huggingFace } from "./compatibility.ts";

interface Settings {
  readonly num_beams?: number;
  readonly length_penalty?: number;
  readonly early_stopping?: boolean | "never";
  readonly num_return_sequences?: number;
  readonly min_new_tokens?: number;
  readonly repetition_penalty?: number;
  readonly no_repeat_ngram_size?: number;
  readonly bad_words_ids?: readonly (readonly number[])[];
  readonly suppress_tokens?: readonly number[];
  readonly eos_token_id?: readonly number[];
}

/** Written by tooling/oracle/decoding/transformers_fixtures.py. */
const fixture: TransformersFixture<Settings, number | null> & { readonly vocabulary: number } = JSON.parse(
  readFileSync(new URL("../fixtures/transformers.json", import.meta.url), "utf8"),
);

function processorsOf(settings: Settings): Processor[] {
  return [
    ...(settings.repetition_penalty === undefined ? [] : [repetitionPenalty(settings.repetition_penalty)]),
    ...(settings.no_repeat_ngram_size === undefined ? [] : [noRepeatNgram(settings.no_repeat_ngram_size)]),
    ...(settings.bad_words_ids === undefined ? [] : [badWords(settings.bad_words_ids)]),
    ...(settings.suppress_tokens === undefined ? [] : [suppressTokens(settings.suppress_tokens)]),
  ];
}

describe.each(fixture.models)(
  "what transformers generates with a $kind model",
  ({ kind, start, stop, maxLength, sentences, table, cases }) => {
    const prompts = kind === "decoder" ? sentences : sentences.map(() => [start]);
    const model = tableModel(table);

    test.each(cases.map((each) => [JSON.stringify(each.settings), each] as const))(
      "%s",
      async (_, { settings, results }) => {
        const {
          num_beams: width = 1,
          length_penalty: lengthPenalty = 1,
          early_stopping: earlyStopping = false,
        } = settings;
        const common = {
          model,
          prompts,
          maxLength,
          stopTokens: settings.eos_token_id ?? stop,
          minLength: settings.min_new_tokens ?? 0,
          processors: processorsOf(settings),
        };
        const nBest = settings.num_return_sequences ?? 1;
        const found =
          width === 1
            ? await greedySearch(common)
            : await beamSearch({ ...common, width, nBest, ...huggingFace({ lengthPenalty, earlyStopping }) });
        expect(found.sentences.map(({ hypotheses }) => hypotheses.map(({ tokens }) => Array.from(tokens)))).toEqual(
          results.map((each) => each.map(({ tokens }) => tokens)),
        );
        for (const [at, each] of results.entries()) {
          for (const [place, { score }] of each.entries()) {
            const own = found.sentences[at]?.hypotheses[place]?.score;
            expect(own).toBeCloseTo(score ?? own ?? NaN, 4); // greedy search gives no score there
          }
        }
      },
    );
  },
);
