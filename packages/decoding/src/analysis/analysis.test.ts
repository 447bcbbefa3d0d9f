import { describe, expect, test } from "vitest";
import { powerRule } from "../length/length-rule.ts";
import { exactSearch } from "../search/exact.ts";
import { beamSearch } from "../search/beam.ts";
import { bestOutput, everyOutput, randomModel } from "../testing/random-model.ts";
import { beamTree } from "../trace/beam-tree.ts";
import { RandomStream } from "../random/random-stream.ts";
import { minimumBayesRisk } from "../measures/minimum-bayes-risk.ts";
import { werMeasure } from "../measures/error-rates.ts";
import { calibration } from "./calibration.ts";
import { analyseErrors } from "./error-analysis.ts";
import { shareOf } from "./share.ts";
import { sweepBeam } from "./sweep.ts";

const SENTENCES = 40;
const prompts = Array.from({ length: SENTENCES }, () => [1]);
const model = randomModel(21, 5, SENTENCES, 0.8);
const length = powerRule(0.7);
const search = { model, prompts, stopTokens: 0, maxLength: 5, width: 1, length };
const text = (tokens: Int32Array): string => Array.from(tokens, (token) => "_abcd"[token]).join("");
const all = prompts.map((prompt, sentence) => everyOutput(model, { sentence, prompt, stop: 0, maxLength: 5 }));
const score = ({ tokens, logProbability }: { tokens: readonly number[]; logProbability: number }): number =>
  length.score(logProbability, tokens.length);
/** The likeliest outputs under the rule: references that the model agrees with. */
const likeliest = all.map((outputs) => bestOutput(outputs, score).tokens);
/** The least likely ones: references that it does not. */
const leastLikely = all.map((outputs) => bestOutput(outputs, (each) => -score(each)).tokens);

describe("error analysis", () => {
  test("blames the search where the reference is the likeliest output and was not found", async () => {
    const {
      examples,
      search: fault,
      model: other,
      advice,
      table,
    } = await analyseErrors({ search, references: likeliest, text, certificateSteps: 1e6 });
    const missed = examples.filter(({ foundText, referenceText }) => foundText !== referenceText);
    expect(missed.length).toBeGreaterThan(5);
    expect(missed.map((each) => each.fault)).toEqual(missed.map(() => "search"));
    expect([fault.count, other.count]).toEqual([missed.length, 0]);
    expect(missed.map((each) => each.certificate)).toEqual(missed.map(() => "better exists"));
    expect(
      examples
        .filter((each) => !missed.includes(each))
        .every(({ certificate, fault: none }) => certificate === "optimum" && none === "none"),
    ).toBe(true);
    expect(advice[0]).toMatch(/widen the beam \(now 1\)/);
    expect(table.split("\n")).toHaveLength(SENTENCES + 1);
  });

  test("blames the model where it thinks its own output likelier, and says when that was the optimum", async () => {
    const wide = { ...search, width: 625 };
    const {
      model: fault,
      optimal,
      advice,
      worse,
    } = await analyseErrors({ search: wide, references: leastLikely, text, certificateSteps: 1e6 });
    expect(worse.count).toBe(SENTENCES);
    expect(fault.share).toBe(1);
    expect([optimal.count, optimal.of]).toEqual([SENTENCES, SENTENCES]);
    expect(advice[0]).toMatch(/more data/);
    expect(advice[1]).toMatch(/the best output there is/);
  });

  test("takes a person's word for what is worse", async () => {
    const { worse } = await analyseErrors({ search, references: leastLikely, text, judge: ({ index }) => index < 3 });
    expect(worse.count).toBe(3);
  });

  test("refuses references that do not end", async () => {
    const open = analyseErrors({ search, references: prompts.map(() => [1, 2]), text });
    await expect(open).rejects.toThrow(/ends in no stop token/);
  });
});

test("a sweep finds fewer search errors in wider beams, none in one that prunes nothing, and says what it costs", async () => {
  const { width: _, length: __, ...rest } = search;
  const { rows, best, figure, table } = await sweepBeam({
    search: rest,
    widths: [1, 3, 625],
    alphas: [0, 0.7],
    references: likeliest,
    text,
    bleu: { tokenize: "char" },
  });
  const at = (width: number, alpha: number): (typeof rows)[0] =>
    rows.find((row) => row.width === width && row.alpha === alpha) as (typeof rows)[0];
  expect(rows).toHaveLength(6);
  expect(at(625, 0.7).searchErrors).toBe(0);
  expect(at(1, 0.7).searchErrors).toBeGreaterThan(at(3, 0.7).searchErrors);
  expect(at(625, 0.7).bleu).toBeCloseTo(100, 9);
  expect(best).toBe(at(625, 0.7));
  expect(at(3, 0.7).meanLength).toBeGreaterThan(at(3, 0).meanLength); // α favours length
  expect(at(3, 0.7).rows).toBeGreaterThan(at(1, 0.7).rows);
  expect(figure("searchErrors")).toMatch(/^<svg .*B = 625.*<\/svg>$/s);
  expect(table).toMatch(/search errors/);
});

describe("the tree of a beam", () => {
  test("holds what was kept, finished and pruned, and the way to the best", async () => {
    const { trace, sentences } = await beamSearch({
      ...search,
      prompts: [[1]],
      model: { ...model, state: model.state.slice(0, 1) },
      width: 2,
      trace: true,
    });
    const tree = beamTree(trace, { token: (token) => "_abcd"[token] ?? "?" });
    const way: number[] = [];
    for (let node = tree.root; ;) {
      const next = node.children.find((child) => child.isBest);
      if (next === undefined) break;
      way.push(next.token);
      node = next;
    }
    expect(Int32Array.from(way)).toEqual(sentences[0]?.hypotheses[0]?.tokens);
    expect(JSON.parse(tree.json())).toEqual(JSON.parse(JSON.stringify(tree.root)));
    expect(tree.text()).toMatch(/▶.*■/);
    expect(tree.dot()).toMatch(/^digraph beam \{[^]*->[^]*\}$/);
    expect(tree.svg()).toMatch(/^<svg [^]*<\/svg>$/);
    expect(beamTree(trace, { token: () => '<&"' }).svg()).not.toMatch(/<&/);
    expect(() => beamTree(trace, { sentence: 3 })).toThrow(/no step of this sentence/);
  });

  test("counts each candidate once: kept and finished ones of a step are at most twice the width", async () => {
    const { trace } = await beamSearch({ ...search, width: 3, trace: true });
    for (const { candidates } of trace) {
      expect(candidates.filter(({ verdict }) => verdict === "kept").length).toBeLessThanOrEqual(3);
      expect(candidates.filter(({ verdict }) => verdict === "finished").length).toBeLessThanOrEqual(3);
    }
  });
});

test("calibration: an error of nothing where confidence is what it says, and of the gap where it is not", () => {
  const stream = new RandomStream(4);
  const confidences = Array.from({ length: 20_000 }, () => stream.uniform());
  const right = confidences.map((confidence) => stream.uniform() < confidence);
  expect(calibration(confidences, right).error).toBeLessThan(0.02);
  const sure = confidences.map((confidence) => Math.min(1, confidence / 2 + 0.5));
  expect(calibration(sure, right).error).toBeCloseTo(0.25, 1);
  expect(calibration([0.9, 0.9], [true, false], 5).bins[4]).toMatchObject({ count: 2, accuracy: 0.5 });
  expect(calibration(confidences, right).figure()).toMatch(/calibrated/);
});

test("a share has Wilson's interval", () => {
  const { low, high } = shareOf(8, 10); // as tables have it
  expect(low).toBeCloseTo(0.4902, 3);
  expect(high).toBeCloseTo(0.9433, 3);
});

test("minimum Bayes risk takes what is most like the others", () => {
  expect(minimumBayesRisk(["dogs bark", "a cat sat", "the cat sat", "the cat sat", "the dog sat"]).text).toBe(
    "the cat sat",
  );
  expect(minimumBayesRisk(["a b", "a c", "a d e"], { measure: werMeasure() }).index).toBeLessThan(2);
  expect(minimumBayesRisk(["x", "y"], { weights: [0.1, 0.9] }).text).toBe("y");
});

test("exact search is what the certificate is made of", async () => {
  const [found] = await exactSearch({
    model: { ...model, state: model.state.slice(0, 1) },
    prompts: [[1]],
    stopTokens: 0,
    maxLength: 5,
    length,
  });
  expect(Array.from(found?.best?.tokens ?? [])).toEqual(likeliest[0]);
});
