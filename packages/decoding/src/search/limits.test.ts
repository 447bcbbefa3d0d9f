import { describe, expect, test, vi } from "vitest";
import { SearchError, ValueError } from "../errors/decoding-error.ts";
import type { Model } from "../model/model.ts";
import { mustInclude } from "../constraints/must-include.ts";
import { suppressTokens } from "../processors/bans.ts";
import { temperature } from "../processors/filters.ts";
import { failure, flat, stateless } from "../testing/flat-model.ts";
import { randomModel } from "../testing/random-model.ts";
import { beamSearch, greedySearch, type BeamOptions } from "./beam.ts";
import { sample } from "./sample.ts";

const common = { prompts: [[1], [2]], stopTokens: 0, maxLength: 5, width: 2 };
const run = (model: Model, more: Partial<BeamOptions> = {}): Promise<unknown> =>
  beamSearch({ ...common, model, stopTokens: [], ...more });

describe("limits", () => {
  test("a budget of steps ends the search with what it has", async () => {
    const { sentences, isCut, steps } = await beamSearch({
      ...common,
      model: randomModel(1, 5, 2),
      maxLength: 50,
      minLength: 20,
      maxSteps: 3,
    });
    expect([isCut, steps]).toEqual([true, 3]);
    for (const { hypotheses } of sentences) {
      expect(hypotheses).toHaveLength(1);
      expect(hypotheses[0]).toMatchObject({ ended: "budget" });
      expect(hypotheses[0]?.tokens).toHaveLength(3);
    }
  });

  test("a budget of time ends even a search that never waits", async () => {
    const options = {
      ...common,
      model: stateless((tokens) => ({ logProbabilities: flat(tokens), state: undefined })),
      stopTokens: [],
      maxLength: 1e9,
    };
    expect((await beamSearch({ ...options, maxMilliseconds: 30 })).isCut).toBe(true);
    expect(
      (await sample({ prompts: [[1]], model: options.model, maxLength: 1e9, seed: 1, maxMilliseconds: 30 })).isCut,
    ).toBe(true);
  });

  test("an abort is heard between steps that never wait, and while one is waited for", async () => {
    const busy = stateless((tokens) => ({ logProbabilities: flat(tokens), state: undefined }));
    const hanging = stateless(() => new Promise(() => {}));
    for (const model of [busy, hanging]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error("given up")), 10);
      const error = await failure(run(model, { stopTokens: [], maxLength: 1e9, signal: controller.signal }));
      expect(error.message).toBe("given up");
    }
  });

  test("what a hook throws ends the search", async () => {
    const onStep = vi.fn<() => void>(() => {
      throw new Error("enough");
    });
    expect((await failure(beamSearch({ ...common, model: randomModel(1, 5, 2), onStep }))).message).toBe("enough");
    expect(onStep).toHaveBeenCalledOnce();
  });
});

describe("options that make no sense", () => {
  const model = randomModel(1, 5, 2);
  test.each([
    [{ width: 0 }, /width/],
    [{ nBest: 5 }, /nBest/],
    [{ maxLength: 0 }, /maxLength/],
    [{ minLength: 9 }, /minLength/],
    [{ prompts: [[]] }, /at least one token/],
    [{ prefixes: [[1]] }, /as many as prompts/],
    [{ prefixes: [[1], [1, 1, 1, 1, 1, 1]] }, /longer than maxLength/],
    [{ beams: 3 }, /there is no beams/],
    [{ stopTokens: -1 }, /stopTokens/],
    [{ stopSequences: [[]] }, /stopSequences/],
    [{ model: {} }, /step/],
    [{ signal: {} }, /AbortSignal/],
    [{ maxSteps: 0 }, /maxSteps/],
    [{ prompts: [[1.5]] }, /prompts/],
  ])("%j", async (wrong, message) => {
    const error = await failure(beamSearch({ ...common, model, ...wrong } as never));
    expect(error).toBeInstanceOf(ValueError);
    expect(error.message).toMatch(message);
  });

  test("a token of a forced prefix that is impossible is told", async () => {
    const error = await failure(
      beamSearch({ ...common, model, prefixes: [[4], [3]], processors: [suppressTokens([3])] }),
    );
    expect(error.message).toMatch(/forced prefix has probability 0/);
    expect((await failure(beamSearch({ ...common, model, prefixes: [[4], [30]] }))).message).toMatch(
      /not in the vocabulary/,
    );
  });
});

test("of several processors that one is told after which nothing is left", async () => {
  const impossible = [temperature(0.5), mustInclude([[1, 2, 3, 4, 1, 2]]), suppressTokens([2])];
  const options = { model: randomModel(1, 6), prompts: [[1]], stopTokens: 0, maxLength: 5, processors: impossible };
  for (const search of [() => beamSearch({ ...options, width: 2 }), () => sample({ ...options, seed: 1 })]) {
    const error = await failure(search());
    expect(error).toBeInstanceOf(SearchError);
    expect(error.message).toMatch(/nothing is left after +must include 1 phrases/);
  }
  const together = [mustInclude([[2]]), suppressTokens([2])];
  const error = await failure(beamSearch({ ...options, maxLength: 2, width: 2, processors: together }));
  expect(error.message).toMatch(/nothing is left after +suppress 1 tokens/);
});

test("a sample's prefix that is impossible is told, as a beam's is", async () => {
  const draw = { prompts: [[1]], stopTokens: 0, maxLength: 5, model: randomModel(1, 6), seed: 1 };
  expect((await failure(sample({ ...draw, prefixes: [[30]] }))).message).toMatch(/not in the vocabulary/);
  const forbidden = sample({ ...draw, prefixes: [[3]], processors: [suppressTokens([3])] });
  expect((await failure(forbidden)).message).toMatch(/forced prefix has probability 0/);
});

test("a beam wider than the vocabulary is no fault", async () => {
  const { sentences } = await beamSearch({ ...common, model: randomModel(1, 3, 2), width: 50, nBest: 50 });
  expect(sentences[0]?.hypotheses).toHaveLength(50);
});

test("a thousand sentences of a beam are one batch, each as it is alone", async () => {
  const model = randomModel(2, 8, 1000);
  const prompts = Array.from({ length: 1000 }, (_, at) => [at % 8]);
  const options = { stopTokens: 0, maxLength: 10, width: 4, nBest: 2 };
  const { sentences, steps } = await beamSearch({ ...options, model, prompts });
  expect(steps).toBeLessThanOrEqual(10);
  for (const at of [0, 321, 999]) {
    const alone = await beamSearch({
      ...options,
      model: { ...model, state: model.state.slice(at, at + 1) },
      prompts: prompts.slice(at, at + 1),
    });
    expect(sentences[at]).toEqual(alone.sentences[0]);
  }
});

test("a thousand sentences are one batch", async () => {
  const model = randomModel(1, 8, 1000);
  const prompts = Array.from({ length: 1000 }, (_, at) => [at % 8]);
  const { sentences, steps } = await greedySearch({ model, prompts, stopTokens: 0, maxLength: 12 });
  expect(sentences).toHaveLength(1000);
  expect(steps).toBeLessThanOrEqual(12);
});
