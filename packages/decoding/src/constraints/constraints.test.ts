import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { powerRule } from "../length/length-rule.ts";
import { beamSearch } from "../search/beam.ts";
import { sample } from "../search/sample.ts";
import { bestOutput, everyOutput, randomModel } from "../testing/random-model.ts";
import { constrainTo } from "./automaton.ts";
import { mustInclude } from "./must-include.ts";
import { matchPattern } from "./regular-expression.ts";
import { parsePattern } from "./pattern.ts";

const LETTERS = ["", "a", "b", "ab", "1"];
const options = { prompts: [[1]], stopTokens: 0, maxLength: 5 };
const textOf = (tokens: ArrayLike<number>): string => Array.from(tokens, (token) => LETTERS[token]).join("");

describe("a pattern", () => {
  const patterns = [
    "a*b",
    "(ab|b)+1?",
    "a{2,3}",
    "[^1]*",
    "[a-b]+\\d",
    ".b.",
    "(?:a|)b",
    "(a|b){2}",
    "\\w+",
    "a?b?1?",
    "(a*b)*1",
  ];

  test.each(patterns)("%s matches what a RegExp matches", (pattern) => {
    const machine = parsePattern("test", pattern);
    const whole = new RegExp(`^(?:${pattern})$`);
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "1"), { maxLength: 7 }), (characters) => {
        let state: string | undefined = machine.start;
        for (const each of characters) state = state === undefined ? undefined : machine.next(state, each);
        expect(state !== undefined && machine.isFinal(state)).toBe(whole.test(characters.join("")));
      }),
    );
  });

  test.each(["a(", "a)", "[a", "a{3,1}", "*a", "(?=a)", "^a", "\\q", "[b-a]", "a{x}"])("%s is refused", (pattern) => {
    expect(() => matchPattern(pattern, LETTERS)).toThrow(/pattern has/);
  });

  test.each(patterns)("%s: a wide beam finds the best of all outputs that match", async (pattern) => {
    const whole = new RegExp(`^(?:${pattern})$`);
    for (let seed = 0; seed < 8; seed++) {
      const model = randomModel(seed, 5);
      const matching = everyOutput(model, { prompt: [1], stop: 0, maxLength: 5 }).filter(
        ({ tokens }) => tokens.at(-1) === 0 && whole.test(textOf(tokens)),
      );
      const length = powerRule(0.5);
      const best = bestOutput(matching, ({ tokens, logProbability }) => length.score(logProbability, tokens.length));
      const { sentences } = await beamSearch({
        ...options,
        model,
        width: 625,
        length,
        processors: [matchPattern(pattern, LETTERS)],
      });
      expect(Array.from(sentences[0]?.hypotheses[0]?.tokens ?? [])).toEqual(best.tokens);
    }
  });

  test("is matched by every sample too, and by a narrow beam", async () => {
    const processors = [matchPattern("a+(b1)?", LETTERS)];
    const model = randomModel(4, 5);
    const drawn = await sample({ ...options, model, seed: 1, samples: 50, processors });
    const narrow = await beamSearch({ ...options, model, width: 1, processors });
    for (const { tokens } of [...(drawn.sentences[0]?.hypotheses ?? []), ...(narrow.sentences[0]?.hypotheses ?? [])]) {
      expect(textOf(tokens)).toMatch(/^a+(b1)?$/);
      expect(tokens.at(-1)).toBe(0);
    }
  });

  test("that no output can match is told by its name", async () => {
    const impossible = beamSearch({
      ...options,
      model: randomModel(1, 5),
      width: 3,
      processors: [matchPattern("a{9}", LETTERS)],
    });
    await expect(impossible).rejects.toThrow(/no hypothesis is left[^]*pattern a\{9\}/);
  });
});

describe("phrases that must come", () => {
  test("are in every result, and a wide beam finds the best output that has them", async () => {
    const phrases = [[2, 3], [3, 2], [1]];
    const has = (tokens: ArrayLike<number>): boolean =>
      phrases.every((phrase) => `,${Array.from(tokens).join()},`.includes(`,${phrase.join()},`));
    for (let seed = 0; seed < 10; seed++) {
      const model = randomModel(seed, 4);
      const matching = everyOutput(model, { prompt: [1], stop: 0, maxLength: 6 }).filter(
        ({ tokens }) => tokens.at(-1) === 0 && has(tokens),
      );
      const best = bestOutput(matching, ({ logProbability }) => logProbability);
      const search = { ...options, maxLength: 6, model, processors: [mustInclude(phrases)] };
      const { sentences } = await beamSearch({ ...search, width: 1024 });
      expect(Array.from(sentences[0]?.hypotheses[0]?.tokens ?? [])).toEqual(best.tokens);
      const narrow = await beamSearch({ ...search, width: 2, nBest: 2 });
      for (const { tokens } of narrow.sentences[0]?.hypotheses ?? []) expect(has(tokens)).toBe(true);
    }
  });

  test("that have no room are told", async () => {
    const wrong = beamSearch({
      ...options,
      model: randomModel(1, 4),
      width: 3,
      processors: [mustInclude([[1, 2, 3, 1, 2]])],
    });
    await expect(wrong).rejects.toThrow(/must include 1 phrases/);
  });
});

test("an automaton of one's own: an even number of ones", async () => {
  const even = constrainTo({
    name: "even",
    start: 0,
    next: (state, token) => (token === 1 ? 1 - Number(state) : state),
    isFinal: (state) => state === 0,
  });
  const { sentences } = await sample({
    ...options,
    model: randomModel(2, 3),
    seed: 3,
    samples: 40,
    processors: [even],
  });
  for (const { tokens } of sentences[0]?.hypotheses ?? [])
    expect(tokens.filter((token) => token === 1).length % 2).toBe(0);
});
