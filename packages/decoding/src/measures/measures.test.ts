import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { RandomStream } from "../random/random-stream.ts";
import { align } from "./alignment.ts";
import { bleu, bleuMeasure, type BleuOptions } from "./bleu.ts";
import { bootstrap, compareSystems } from "./bootstrap.ts";
import { chrfMeasure, type ChrfOptions } from "./chrf.ts";
import { alignCharacters, alignWords, cerMeasure, werMeasure } from "./error-rates.ts";
import { corpusScore, sentenceScores } from "./measure.ts";
import { rouge } from "./rouge.ts";
import { distinct, exactMatchMeasure, perplexity } from "./simple.ts";
import { terMeasure } from "./ter.ts";
import { tokenise, type Tokeniser } from "./tokenise.ts";

interface BleuRow {
  readonly tokenize: Tokeniser;
  readonly smooth: NonNullable<BleuOptions["smooth"]>;
  readonly smoothValue: number | null;
  readonly references: number;
  readonly lowercase: boolean;
  readonly score: number;
  readonly precisions: readonly number[];
  readonly brevity: number;
  readonly lengths: readonly number[];
  readonly signature: string;
}

interface TerSettings {
  readonly normalized?: boolean;
  readonly no_punct?: boolean;
  readonly asian_support?: boolean;
  readonly case_sensitive?: boolean;
}

/** Written by tooling/oracle/decoding/measures_fixtures.py. */
interface Fixture {
  readonly hypotheses: readonly string[];
  readonly references: readonly (readonly string[])[];
  readonly bleu: {
    readonly corpus: readonly BleuRow[];
    readonly sentences: readonly { readonly effectiveOrder: boolean; readonly scores: readonly number[] }[];
    readonly tokens: Readonly<Record<string, readonly string[]>>;
  };
  readonly chrf: readonly (Required<Omit<ChrfOptions, "charOrder" | "beta">> & {
    readonly references: number;
    readonly score: number;
    readonly sentences: readonly number[];
    readonly signature: string;
  })[];
  readonly ter: readonly {
    readonly settings: TerSettings;
    readonly references: number;
    readonly score: number;
    readonly sentences: readonly number[];
    readonly signature: string;
  }[];
  readonly shuffled: readonly { readonly hypothesis: string; readonly reference: string; readonly ter: number }[];
  readonly errorRates: {
    readonly kept: readonly number[];
    readonly wer: number;
    readonly words: readonly number[];
    readonly cer: number;
    readonly characters: readonly number[];
  };
  readonly rouge: readonly Readonly<Record<"rouge1" | "rouge2" | "rougeL", readonly number[]>>[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL("../fixtures/measures.json", import.meta.url), "utf8"));
const { hypotheses } = fixture;
/** The first references of each hypothesis. */
const references = (count: number): string[][] =>
  hypotheses.map((_, at) => fixture.references.slice(0, count).map((each) => each[at] as string));

describe("BLEU is sacrebleu's", () => {
  test.each(fixture.bleu.corpus)("$signature", (row) => {
    const { tokenize, smooth, smoothValue, lowercase } = row;
    const options = { tokenize, smooth, lowercase, ...(smoothValue !== null && { smoothValue }) };
    const found = bleu(hypotheses, references(row.references), options);
    expect(found.score).toBeCloseTo(row.score, 9);
    for (const [at, precision] of row.precisions.entries()) expect(found.precisions[at]).toBeCloseTo(precision, 9);
    expect(found.brevityPenalty).toBeCloseTo(row.brevity, 12);
    expect([found.hypothesisLength, found.referenceLength]).toEqual(row.lengths);
    expect(found.signature).toBe(row.signature);
  });

  test.each(fixture.bleu.sentences)("of sentences, effectiveOrder: $effectiveOrder", ({ effectiveOrder, scores }) => {
    const found = sentenceScores(bleuMeasure({ effectiveOrder }), hypotheses, references(2));
    for (const [at, score] of scores.entries()) expect(found[at]).toBeCloseTo(score, 9);
  });

  test.each(Object.entries(fixture.bleu.tokens))("tokens of %s", (tokeniser, lines) => {
    const all = [...hypotheses, ...(fixture.references[0] ?? [])].map((line) =>
      tokenise(line.trimEnd(), tokeniser as Tokeniser),
    );
    expect(all).toEqual(lines.map((line) => line.split(/[ \u00a0]+/).filter((token) => token !== "")));
  });
});

test.each(fixture.chrf)(
  "chrF is sacrebleu's: $signature",
  ({ signature, score, sentences, references: count, ...options }) => {
    const measure = chrfMeasure(options);
    expect(corpusScore(measure, hypotheses, references(count))).toBeCloseTo(score, 9);
    for (const [at, each] of sentenceScores(measure, hypotheses, references(count)).entries()) {
      expect(each).toBeCloseTo(sentences[at] as number, 9);
    }
    expect(measure.signature(count)).toBe(signature);
  },
);

describe("TER is sacrebleu's", () => {
  test.each(fixture.ter)("$signature", ({ settings, references: count, score, sentences, signature }) => {
    const measure = terMeasure({
      normalized: settings.normalized ?? false,
      noPunct: settings.no_punct ?? false,
      asianSupport: settings.asian_support ?? false,
      caseSensitive: settings.case_sensitive ?? false,
    });
    for (const [at, each] of sentenceScores(measure, hypotheses, references(count)).entries()) {
      expect(each).toBeCloseTo(sentences[at] as number, 9);
    }
    expect(corpusScore(measure, hypotheses, references(count))).toBeCloseTo(score, 9);
    expect(measure.signature(count)).toBe(signature);
  });

  test.each(fixture.shuffled)("of runs that were moved: $hypothesis", ({ hypothesis, reference, ter }) => {
    expect(corpusScore(terMeasure(), [hypothesis], [reference])).toBeCloseTo(ter, 9);
  });
});

test("error rates are jiwer's", () => {
  const { kept, wer, cer, words, characters } = fixture.errorRates;
  const own = kept.map((at) => hypotheses[at] as string);
  const others = kept.map((at) => fixture.references[0]?.[at] as string);
  expect(corpusScore(werMeasure(), own, others)).toBeCloseTo(wer, 12);
  expect(corpusScore(cerMeasure(), own, others)).toBeCloseTo(cer, 12);
  const errors = (alignment: typeof alignWords): number =>
    own.flatMap((hypothesis, at) => alignment(others[at] as string, hypothesis)).filter(({ kind }) => kind !== "hit")
      .length;
  expect(errors(alignWords)).toBe(words.slice(1).reduce((sum, each) => sum + each, 0));
  expect(errors(alignCharacters)).toBe(characters.slice(1).reduce((sum, each) => sum + each, 0));
});

test("white space is what Python takes for it, and TER takes references apart twice, as sacrebleu and jiwer do", () => {
  // Numbers of sacrebleu 2.6.0 and jiwer 4.0.0: marks of byte order are letters there, separators of records are not.
  const lines = ["a\ufeffb c\x1fd\x85e \u3000f", "x y\ufeff", "- <skipped>$b..1 's"];
  const right = ["a b c d e f", "x y", "- <sCkipped>$b\u201c..1 s"];
  const scores = (["13a", "char", "intl", "zh", "none"] as const).map(
    (tokenize) => bleu(lines, right, { tokenize }).score,
  );
  const expected = [26.07361230396026, 63.236255804630076, 27.508501383986346, 30.958149593146686, 45.561621331146846];
  for (const [at, score] of scores.entries()) expect(score).toBeCloseTo(expected[at] as number, 9);
  const measured = [chrfMeasure(), terMeasure(), terMeasure({ normalized: true }), werMeasure(), cerMeasure()].map(
    (each) => corpusScore(each, lines, right),
  );
  const others = [55.90275426360248, 45.45454545454545, 44.44444444444444, 0.7272727272727273, 0.23529411764705882];
  for (const [at, score] of measured.entries()) expect(score).toBeCloseTo(others[at] as number, 9);
});

test("an alignment makes both lines again", () => {
  const stream = new RandomStream(1);
  const draw = (): string[] => Array.from({ length: stream.below(9) }, () => "abc"[stream.below(3)] as string);
  for (let round = 0; round < 200; round++) {
    const [reference, hypothesis] = [draw(), draw()];
    const edits = align(reference, hypothesis);
    expect(edits.flatMap((edit) => (edit.reference === undefined ? [] : [edit.reference]))).toEqual(reference);
    expect(edits.flatMap((edit) => (edit.hypothesis === undefined ? [] : [edit.hypothesis]))).toEqual(hypothesis);
  }
});

test("ROUGE is rouge-score's", () => {
  for (const [at, row] of fixture.rouge.entries()) {
    const found = rouge(hypotheses[at] as string, fixture.references[0]?.[at] as string);
    for (const name of ["rouge1", "rouge2", "rougeL"] as const) {
      const { precision, recall, f } = found[name];
      for (const [place, value] of [precision, recall, f].entries())
        expect(value).toBeCloseTo(row[name][place] as number, 12);
    }
  }
});

test("the small ones", () => {
  expect(corpusScore(exactMatchMeasure(), ["a", "b ", "c"], ["a", ["x", "b"], "d"])).toBeCloseTo(2 / 3, 12);
  expect(distinct(["a b a", "a b"], 1)).toBeCloseTo(2 / 5, 12);
  expect(distinct(["a b a", "a b"], 2)).toBeCloseTo(2 / 3, 12);
  expect(perplexity([Math.log(0.5), Math.log(0.125)])).toBeCloseTo(4, 12);
  expect(perplexity([Float64Array.of(Math.log(0.5)), Float64Array.of(Math.log(0.125))])).toBeCloseTo(4, 12);
});

describe("resampling", () => {
  const count = 400;
  const stream = new RandomStream(3);
  /** Right with some probability. */
  const system = (share: number): string[] =>
    Array.from({ length: count }, () => (stream.uniform() < share ? "right" : "wrong"));
  const right = new Array<string>(count).fill("right");

  test("gives the interval of a share: of 400 at 0.7, about 0.7 ± 0.045", () => {
    const { score, low, high, mean } = bootstrap(exactMatchMeasure(), system(0.7), right, { seed: 1 });
    expect(mean).toBeCloseTo(score, 2);
    expect(high - low).toBeGreaterThan(0.07);
    expect(high - low).toBeLessThan(0.11);
  });

  test("tells a better system from one that is as good", () => {
    const [base, better, same] = [system(0.6), system(0.75), system(0.6)];
    const options = { seed: 2 };
    expect(compareSystems(exactMatchMeasure(), base, better, right, options).pValue).toBeLessThan(0.01);
    expect(compareSystems(exactMatchMeasure(), base, same, right, options).pValue).toBeGreaterThan(0.05);
    expect(compareSystems(exactMatchMeasure(), base, base, right, options)).toMatchObject({ difference: 0, pValue: 1 });
    expect(compareSystems(werMeasure(), base, better, right, options).difference).toBeGreaterThan(0);
    expect(compareSystems(bleuMeasure(), base, better, right, options)).toEqual(
      compareSystems(bleuMeasure(), base, better, right, options),
    );
  });
});

test("a corpus may have more sentences than a call takes arguments", () => {
  const lines = Array.from({ length: 150_000 }, () => "a b c d");
  expect(
    bleu(
      lines,
      lines.map((line) => [line]),
    ).score,
  ).toBeCloseTo(100, 6);
});
