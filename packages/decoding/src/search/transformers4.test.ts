import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { suppressTokens } from "../processors/bans.ts";
import { tableModel } from "../testing/table-model.ts";
import type { TransformersFixture } from "../testing/transformers-fixture.ts";
import type { BeamRules } from "./beam.ts";
import { huggingFace } from "./compatibility.ts";
import { diverseBeamSearch } from "./diverse-beam.ts";
import { phraseBeamSearch } from "./phrase-beam.ts";

interface Settings {
  readonly num_beams: number;
  readonly num_beam_groups?: number;
  readonly diversity_penalty?: number;
  readonly length_penalty: number;
  readonly early_stopping: boolean | "never";
  readonly num_return_sequences?: number;
  readonly force_words_ids?: readonly (readonly number[])[];
}

/** Written by tooling/oracle/decoding/transformers4_fixtures.py. */
const fixture: TransformersFixture<Settings, number> = JSON.parse(
  readFileSync(new URL("../fixtures/transformers4.json", import.meta.url), "utf8"),
);

describe.each(fixture.models)(
  "transformers 4, a $kind model",
  ({ kind, start, stop, maxLength, sentences, table, cases }) => {
    const common = {
      model: tableModel(table),
      prompts: kind === "decoder" ? sentences : sentences.map(() => [start]),
      maxLength,
      stopTokens: stop,
      processors: [suppressTokens([0])],
    };
    const named = cases.map((each) => [JSON.stringify(each.settings), each] as const);
    const rules = ({ length_penalty: lengthPenalty, early_stopping: earlyStopping }: Settings): BeamRules =>
      huggingFace({ lengthPenalty, earlyStopping });

    test.each(named)("%s", async (_, { settings, results }) => {
      const { num_beams: width, num_beam_groups: groups, force_words_ids: words = [] } = settings;
      const beam = { ...common, width, nBest: settings.num_return_sequences ?? 1, ...rules(settings) };
      const { sentences: found } =
        groups === undefined
          ? await phraseBeamSearch({ ...beam, phrases: sentences.map(() => words), allocation: "transformers" })
          : await diverseBeamSearch({
              ...beam,
              groups,
              diversity: settings.diversity_penalty ?? 0,
              keepPenalties: true,
            });
      for (const [at, each] of results.entries()) {
        const own = found[at]?.hypotheses ?? [];
        expect(own.map(({ tokens }) => Array.from(tokens))).toEqual(each.map(({ tokens }) => tokens));
        for (const [place, { score }] of each.entries()) expect(own[place]?.score).toBeCloseTo(score, 4);
      }
    });
  },
);
