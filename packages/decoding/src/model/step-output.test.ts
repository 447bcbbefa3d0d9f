import { describe, expect, test, vi } from "vitest";
import { BudgetError, ModelError, SearchError } from "../errors/decoding-error.ts";
import type { Model, StepOutput } from "./model.ts";
import { suppressTokens } from "../processors/bans.ts";
import { failure, flat, FOUR, stateless } from "../testing/flat-model.ts";
import { randomModel } from "../testing/random-model.ts";
import { beamSearch, type BeamOptions } from "../search/beam.ts";
import { exactSearch } from "../search/exact.ts";
import type { SearchOptions } from "../search/request.ts";
import { sample } from "../search/sample.ts";

const common = { prompts: [[1], [2]], stopTokens: 0, maxLength: 5, width: 2 };
const run = (model: Model, more: Partial<BeamOptions> = {}): Promise<unknown> =>
  beamSearch({ ...common, model, stopTokens: [], ...more });

describe("what step gives is looked at", () => {
  const nan = (at: number, sentence: number) => (tokens: Int32Array, step: number) => {
    const logProbabilities = flat(tokens);
    if (step === at) logProbabilities[4 * sentence * (tokens.length / 2) + 2] = NaN;
    return { logProbabilities, state: undefined };
  };
  test.each([
    ["NaN", nan(1, 1), /NaN[^]*sentence\s+1[^]*step\s+1/],
    ["NaN in the first step", nan(0, 0), /NaN[^]*sentence\s+0[^]*step\s+0/],
    [
      "logits",
      (tokens: Int32Array) => ({ logProbabilities: flat(tokens).fill(3), state: undefined }),
      /no log-probabilities[^]*logits/,
    ],
    [
      "probabilities",
      (tokens: Int32Array) => ({ logProbabilities: flat(tokens).fill(0.25), state: undefined }),
      /no log-probabilities/,
    ],
    [
      "part of a distribution",
      (tokens: Int32Array) => ({ logProbabilities: flat(tokens).fill(-3), state: undefined }),
      /add up to 1[^]*partial/,
    ],
    ["an empty vocabulary", () => ({ logProbabilities: new Float32Array(0), state: undefined }), /vocabulary is empty/],
    [
      "too few rows",
      () => ({ logProbabilities: new Float32Array(3).fill(Math.log(1 / 3)), state: undefined }),
      /rows × vocabulary/,
    ],
    [
      "another vocabulary later",
      (tokens: Int32Array, step: number) => ({
        logProbabilities: new Float32Array((4 + step) * tokens.length).fill(-Math.log(4 + step)),
        state: undefined,
      }),
      /same vocabulary/,
    ],
    ["numbers of an array", () => ({ logProbabilities: [1, 2], state: undefined }), /Float32Array/],
    ["nothing", () => undefined, /must give/],
    [
      "attention of another size",
      (tokens: Int32Array) => ({
        logProbabilities: flat(tokens),
        state: undefined,
        attention: new Float32Array(2 * tokens.length + 1),
      }),
      /attention/,
    ],
  ])("%s", async (_, step, message) => {
    const error = await failure(run(stateless(step)));
    expect(error).toBeInstanceOf(ModelError);
    expect(error.message).toMatch(message);
  });

  test("a state of other rows than the tokens", async () => {
    const model = { state: [1, 2], step: (tokens: Int32Array) => ({ logProbabilities: flat(tokens), state: [1] }) };
    expect((await failure(beamSearch({ ...common, model }))).message).toMatch(/one element for each row/);
    expect((await failure(beamSearch({ ...common, model: { ...model, state: [1] } }))).message).toMatch(
      /each of the 2 prompts/,
    );
    const opaque = {
      state: new Map(),
      step: (tokens: Int32Array) => ({ logProbabilities: flat(tokens), state: new Map() }),
    };
    expect((await failure(beamSearch({ ...common, model: opaque }))).message).toMatch(/reorder/);
  });

  test("−∞ for every token, by the model or by processors, which are named", async () => {
    const model = stateless((tokens, step) => ({
      logProbabilities: flat(tokens).fill(step === 1 ? -Infinity : FOUR),
      state: undefined,
    }));
    const error = await failure(run(model, { stopTokens: [] }));
    expect(error).toBeInstanceOf(SearchError);
    expect(error.message).toMatch(/−∞ for every token[^]*step\s+1/);
    const forbidden = await failure(
      run(
        stateless((tokens) => ({ logProbabilities: flat(tokens), state: undefined })),
        { processors: [suppressTokens([0, 1, 2, 3])] },
      ),
    );
    expect(forbidden.message).toMatch(/no hypothesis is left[^]*suppress 4 tokens/);
  });

  test("logits are normalised if that is said", async () => {
    const model = randomModel(1, 5, 2);
    const shifted: typeof model = {
      ...model,
      step: (tokens, state, context) => {
        const output = model.step(tokens, state, context) as StepOutput<readonly number[]>;
        return { ...output, logProbabilities: output.logProbabilities.map((value) => value + 7) };
      },
    };
    const plain = await beamSearch({ ...common, model });
    const { sentences } = await beamSearch({ ...common, model: { ...shifted, values: "logits" } });
    expect(sentences[0]?.hypotheses[0]?.tokens).toEqual(plain.sentences[0]?.hypotheses[0]?.tokens);
    expect(sentences[0]?.hypotheses[0]?.score).toBeCloseTo(plain.sentences[0]?.hypotheses[0]?.score ?? 0, 5);
  });

  test.each([
    ["a beam", (options: SearchOptions) => beamSearch({ ...options, width: 1 })],
    ["a sample", (options: SearchOptions) => sample({ ...options, seed: 1 })],
  ])("logits are normalised once a row by %s, however often it looks at a row", async (_, search) => {
    const exp = vi.spyOn(Math, "exp");
    const options = { prompts: [[1], [2]], maxLength: 5, processors: [suppressTokens([1, 2, 3])] };
    const step = (tokens: Int32Array): StepOutput<undefined> => ({ logProbabilities: flat(tokens), state: undefined });
    try {
      const { rows } = await search({ ...options, model: { step, values: "logits" } });
      const drawn = 2 * rows; // a sample weighs the one token that is left twice
      expect(exp.mock.calls.length).toBeLessThanOrEqual(4 * rows + drawn);
    } finally {
      exp.mockRestore();
    }
  });
});

describe("a step that fails", () => {
  test.each([
    [
      "throws",
      () => {
        throw new TypeError("no session");
      },
    ],
    ["rejects", () => Promise.reject(new TypeError("no session"))],
  ])("%s: told with its cause", async (_, step) => {
    const error = await failure(run(stateless(step)));
    expect(error).toBeInstanceOf(ModelError);
    expect(error.message).toMatch(/step failed[^]*TypeError: no session/);
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  test("hangs: told when the time is up", async () => {
    const error = await failure(
      run(
        stateless(() => new Promise(() => {})),
        { maxMilliseconds: 20 },
      ),
    );
    expect(error).toBeInstanceOf(BudgetError);
  });
});

describe.each([
  ["beam", (more: object) => beamSearch({ ...common, model: randomModel(1, 6, 2), ...more } as never)],
  [
    "sample",
    (more: object) =>
      sample({
        prompts: [[1], [2]],
        stopTokens: 0,
        maxLength: 5,
        model: randomModel(1, 6, 2),
        seed: 1,
        ...more,
      } as never),
  ],
  [
    "exact",
    (more: object) =>
      exactSearch({ prompts: [[1], [2]], stopTokens: 0, maxLength: 3, model: randomModel(1, 6, 2), ...more } as never),
  ],
])("%s", (name, search) => {
  test("says that a processor made NaN or +∞, not step", async () => {
    for (const value of [Number.NaN, Infinity]) {
      const error = await failure(search({ processors: [(values: Float32Array) => void (values[2] = value)] }));
      expect(error).toBeInstanceOf(SearchError);
      expect(error.message).toMatch(/a processor made NaN or \+∞[^]*token +2/);
    }
  });

  test("refuses +∞ of a later step", async () => {
    const model = stateless((tokens, step) => {
      const logProbabilities = flat(tokens);
      if (step === 1) logProbabilities[3] = Infinity;
      return { logProbabilities, state: undefined };
    });
    const error = await failure(search({ model, stopTokens: [] }));
    expect(error).toBeInstanceOf(ModelError);
    expect(error.message).toMatch(/step gave \+∞[^]*step +1/);
  });

  test("refuses functions that give a promise where nobody waits for it", async () => {
    const later = (): Promise<never> => Promise.reject(new Error("lost"));
    expect((await failure(search({ onStep: later }))).message).toMatch(/onStep must do its work before it returns/);
    expect((await failure(search({ processors: [later] }))).message).toMatch(
      /later must do its work before it returns/,
    );
    expect(name).not.toBe("");
  });
});
