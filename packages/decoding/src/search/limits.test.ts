import { describe, expect, test, vi } from "vitest";
import { BudgetError, ModelError, SearchError, ValueError } from "../errors/decoding-error.ts";
import type { Model, StepOutput } from "../model/model.ts";
import { suppressTokens } from "../processors/bans.ts";
import { beamStream } from "../streaming/stream.ts";
import { randomModel } from "../testing/random-model.ts";
import { beamSearch, greedySearch, type BeamOptions } from "./beam.ts";
import { sample } from "./sample.ts";

const FOUR = Math.log(0.25);
/** Every token of four is as likely. */
const flat = (tokens: Int32Array): Float32Array => new Float32Array(4 * tokens.length).fill(FOUR);
const common = { prompts: [[1], [2]], stopTokens: 0, maxLength: 5, width: 2 };
const stateless = (step: (tokens: Int32Array, at: number) => unknown): Model => ({
  step: (tokens, _, { step: at }) => step(tokens, at) as StepOutput<undefined>,
});
const run = (model: Model, more: Partial<BeamOptions> = {}): Promise<unknown> =>
  beamSearch({ ...common, model, stopTokens: [], ...more });

async function failure(promise: Promise<unknown>): Promise<Error> {
  const [settled] = await Promise.allSettled([promise]);
  if (settled.status === "fulfilled") throw new Error("nothing was thrown");
  return settled.reason as Error;
}

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

/** A model whose states are objects that count themselves. */
function counting(isByRow: boolean) {
  const plain = randomModel(1, 5, 2);
  let [made, released] = [0, 0];
  const fresh = (hashes: readonly number[]): { hashes: readonly number[]; isReleased: boolean } => {
    made++;
    return { hashes, isReleased: false };
  };
  const release = (state: { isReleased: boolean }): void => {
    expect(state.isReleased).toBe(false);
    state.isReleased = true;
    released++;
  };
  const step = (
    tokens: Int32Array,
    hashes: readonly number[],
    context: never,
  ): { logProbabilities: Float32Array; state: readonly number[] } => plain.step(tokens, hashes, context) as never;
  const byRow: Model<{ hashes: readonly number[]; isReleased: boolean }[]> = {
    state: plain.state.map((hash) => ({ hashes: [hash], isReleased: false })),
    step: (tokens, states, context) => {
      expect(states.some(({ isReleased }) => isReleased)).toBe(false);
      const { logProbabilities, state } = step(
        tokens,
        states.map(({ hashes }) => hashes[0] as number),
        context as never,
      );
      return { logProbabilities, state: state.map((hash) => fresh([hash])) };
    },
    release,
  };
  const whole: Model<{ hashes: readonly number[]; isReleased: boolean }> = {
    state: { hashes: plain.state, isReleased: false },
    step: (tokens, { hashes, isReleased }, context) => {
      expect(isReleased).toBe(false);
      const { logProbabilities, state } = step(tokens, hashes, context as never);
      return { logProbabilities, state: fresh(state) };
    },
    reorder: ({ hashes }, rows) => fresh(Array.from(rows, (row) => hashes[row] as number)),
    release,
  };
  const options = { ...common, width: 3, nBest: 3 };
  return {
    plain: () => beamSearch({ ...options, model: plain }),
    search: (more: Partial<BeamOptions<never>> = {}) =>
      isByRow ? beamSearch({ ...options, ...more, model: byRow }) : beamSearch({ ...options, ...more, model: whole }),
    stream: () => (isByRow ? beamStream({ ...options, model: byRow }) : beamStream({ ...options, model: whole })),
    counts: () => ({ made, released }),
  };
}

test.each([true, false])(
  "states (an array of one a row: %s) are all released, each once, whatever the end; the caller's own is not",
  async (isByRow) => {
    const { plain, search, stream, counts } = counting(isByRow);
    expect((await search()).sentences).toEqual((await plain()).sentences);
    expect(counts().made).toBeGreaterThan(4);
    expect(counts().released).toBe(counts().made);
    const onStep = (): never => {
      throw new Error("enough");
    };
    await failure(search({ onStep }));
    expect(counts().released).toBe(counts().made);
    for await (const _ of stream()) break;
    expect(counts().released).toBe(counts().made);
    await search({ maxSteps: 1 });
    expect(counts().released).toBe(counts().made);
  },
);

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

test("a beam wider than the vocabulary is no fault", async () => {
  const { sentences } = await beamSearch({ ...common, model: randomModel(1, 3, 2), width: 50, nBest: 50 });
  expect(sentences[0]?.hypotheses).toHaveLength(50);
});

test("a thousand sentences are one batch", async () => {
  const model = randomModel(1, 8, 1000);
  const prompts = Array.from({ length: 1000 }, (_, at) => [at % 8]);
  const { sentences, steps } = await greedySearch({ model, prompts, stopTokens: 0, maxLength: 12 });
  expect(sentences).toHaveLength(1000);
  expect(steps).toBeLessThanOrEqual(12);
});
