import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Model } from "../model/model.ts";
import { beamSearch } from "./beam.ts";
import { cTranslate2 } from "./compatibility.ts";

/** Written by tooling/oracle/decoding/ctranslate2_fixtures.py. */
interface Fixture {
  readonly sentences: readonly (readonly number[])[];
  readonly stop: number;
  readonly maxLength: number;
  readonly cases: readonly {
    readonly beams: number;
    readonly penalty: number;
    readonly results: readonly (readonly { readonly tokens: readonly number[]; readonly score: number }[])[];
  }[];
}

const read = (name: string): string => readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8");
const { sentences, stop, maxLength, cases }: Fixture = JSON.parse(read("ctranslate2"));
/** The same model's log-probabilities after prefixes. */
const { table }: { readonly table: Readonly<Record<string, readonly number[]>> } = JSON.parse(read("transformers"))
  .models[0];

const model: Model = {
  step: (tokens, state, { sentences: which, prefix }) => ({
    logProbabilities: Float32Array.from(
      Array.from(tokens, (_, row) => {
        const values = table[`${which[row]}:${prefix(row).join(",")}`];
        if (values === undefined) throw new Error(`the table has no row ${which[row]}:${prefix(row).join(",")}`);
        return values;
      }).flat(),
    ),
    state,
  }),
};

test.each(cases)(
  "what CTranslate2 generates with $beams beams and a length penalty of $penalty",
  async ({ beams, penalty, results }) => {
    const rules = cTranslate2({ lengthPenalty: penalty });
    const found = await beamSearch({
      model,
      prompts: sentences,
      stopTokens: stop,
      maxLength,
      width: beams,
      nBest: beams,
      ...rules,
    });
    for (const [at, result] of results.entries()) {
      // It leaves the end token out of what it gives, and counts it.
      const own = found.sentences[at]?.hypotheses.map(({ tokens }) =>
        Array.from(tokens).filter((token) => token !== stop),
      );
      expect(own).toEqual(result.map(({ tokens }) => tokens));
      for (const [place, { score }] of result.entries()) {
        expect(found.sentences[at]?.hypotheses[place]?.score).toBeCloseTo(score, 4);
      }
    }
  },
);
