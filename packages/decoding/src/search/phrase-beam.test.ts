import fc from "fast-check";
import { expect, test } from "vitest";
import { mustInclude } from "../constraints/must-include.ts";
import { PhraseBook } from "../constraints/phrase-book.ts";
import { powerRule } from "../length/length-rule.ts";
import { bestOutput, everyOutput, randomModel } from "../testing/random-model.ts";
import { beamSearch } from "./beam.ts";
import { phraseBeamSearch } from "./phrase-beam.ts";

const options = { prompts: [[1]], stopTokens: 0, maxLength: 6 };
const phrases = [[2, 3], [3, 2], [1]];
const has = (tokens: ArrayLike<number>, all: readonly (readonly number[])[]): boolean =>
  all.every((phrase) => `,${Array.from(tokens).join()},`.includes(`,${phrase.join()},`));

test("a book knows what a hypothesis contains as looking for the phrases in it does", () => {
  const token = fc.integer({ min: 0, max: 2 });
  fc.assert(
    fc.property(
      fc.array(fc.array(token, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
      fc.array(token, { maxLength: 12 }),
      (all, tokens) => {
        const book = new PhraseBook(all);
        let state = book.start;
        for (const [at, each] of tokens.entries()) {
          state = book.after(state, each);
          const prefix = tokens.slice(0, at + 1);
          expect(all.map((_, place) => (state.said >> place) & 1)).toEqual(
            all.map((phrase) => Number(has(prefix, [phrase]))),
          );
        }
        expect(book.isComplete(state)).toBe(has(tokens, all));
        // As many tokens as are missing are enough.
        while (!book.isComplete(state)) {
          const before = book.missing(state);
          state = book.after(state, book.nearest(state));
          expect(book.missing(state)).toBe(before - 1);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("a beam that prunes nothing finds the best output that has the phrases", async () => {
  for (let seed = 0; seed < 8; seed++) {
    const model = randomModel(seed, 4);
    const length = powerRule(0.7);
    const matching = everyOutput(model, { prompt: [1], stop: 0, maxLength: 6 }).filter(
      ({ tokens }) => tokens.at(-1) === 0 && has(tokens, phrases),
    );
    const best = bestOutput(matching, ({ tokens, logProbability }) => length.score(logProbability, tokens.length));
    const { sentences } = await phraseBeamSearch({
      ...options,
      model,
      phrases: [phrases],
      width: 1024,
      nBest: 20,
      length,
    });
    const ended = sentences[0]?.hypotheses.find(({ tokens }) => tokens.at(-1) === 0);
    expect(Array.from(ended?.tokens ?? [])).toEqual(best.tokens);
  }
});

test("every result has them, whatever the width, and scores more than where phrases only come when they must", async () => {
  let [better, worse] = [0, 0];
  for (let seed = 0; seed < 60; seed++) {
    const model = randomModel(seed, 12);
    const common = { ...options, maxLength: 14, model, length: powerRule(0.7) };
    const words = [[7, 8], [5]];
    for (const width of [1, 2, 5]) {
      const { sentences } = await phraseBeamSearch({ ...common, phrases: [words], width, nBest: width });
      for (const { tokens } of sentences[0]?.hypotheses ?? []) expect(has(tokens, words)).toBe(true);
      if (width < 5) continue;
      const late = await beamSearch({ ...common, width, processors: [mustInclude(words)] });
      const [own, other] = [sentences, late.sentences].map((each) => each[0]?.hypotheses[0]?.score ?? NaN);
      if ((own as number) > (other as number)) better++;
      else if ((own as number) < (other as number)) worse++;
    }
  }
  expect(better).toBeGreaterThan(3 * worse);
  expect(better).toBeGreaterThan(20);
});

test("each sentence of a batch has its own, and one without any is searched as ever", async () => {
  const model = randomModel(5, 9, 3);
  const common = { ...options, prompts: [[1], [2, 3], [1]], maxLength: 9, width: 6, nBest: 3 };
  const { sentences, trace } = await phraseBeamSearch({
    ...common,
    model,
    phrases: [[[4]], [], [[5, 6], [7]]],
    trace: true,
  });
  const free = await beamSearch({ ...common, model });
  expect(sentences[1]).toEqual(free.sentences[1]);
  for (const { tokens } of sentences[0]?.hypotheses ?? []) expect(has(tokens, [[4]])).toBe(true);
  for (const { tokens } of sentences[2]?.hypotheses ?? []) expect(has(tokens, [[5, 6], [7]])).toBe(true);
  expect(trace.length).toBeGreaterThan(0);
});

test("a forced prefix may say some of them already", async () => {
  const common = { ...options, model: randomModel(3, 5), width: 5, prefixes: [[2, 3]], maxLength: 4 };
  const { sentences } = await phraseBeamSearch({ ...common, phrases: [[[2, 3], [4]]] });
  expect(has(sentences[0]?.hypotheses[0]?.tokens ?? [], [[2, 3], [4]])).toBe(true);
  const late = phraseBeamSearch({ ...common, phrases: [[[4, 4]]] });
  await expect(late).rejects.toThrow(/room within maxLength[^]*\[4, 4\][^]*needed +4[^]*room +3/);
});

test("phrases that cannot come are told", async () => {
  const model = randomModel(1, 4);
  const search = (all: readonly (readonly (readonly number[])[])[]): Promise<unknown> =>
    phraseBeamSearch({ ...options, model, width: 3, phrases: all });
  await expect(search([[[1, 2, 3, 1, 2, 3]]])).rejects.toThrow(/room within maxLength/);
  await expect(search([])).rejects.toThrow(/as many as prompts/);
  await expect(search([[[]]])).rejects.toThrow(/phrases\[0\]\[0\] must be a phrase of at least one token/);
  await expect(search([[[9]]])).rejects.toThrow(/phrases holds a token that is not in the vocabulary/);
});
