// A network that none of these packages made, run by a library that none of them uses.

import { readFileSync } from "node:fs";
import { env, InferenceSession, Tensor } from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exactSearch } from "../search/exact.ts";
import { beamSearch, greedySearch } from "../search/beam.ts";
import { sample } from "../search/sample.ts";
import { beamStream } from "../streaming/stream.ts";
import type { Model } from "./model.ts";

/** Written by tooling/oracle/decoding/onnx_fixtures.py: a recurrent language model, and its likeliest outputs of all. */
interface Fixture {
  readonly size: number;
  readonly stop: number;
  readonly maxLength: number;
  /** The graph's bytes, in base 64. */
  readonly model: string;
  readonly prompts: readonly (readonly number[])[];
  readonly best: readonly (readonly { readonly tokens: readonly number[]; readonly logProbability: number }[])[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL("../fixtures/onnx.json", import.meta.url), "utf8"));
const { size, prompts, best } = fixture;
const hadWorker = "Worker" in globalThis;
let session: InferenceSession;
let held = 0;

beforeAll(async () => {
  env.wasm.numThreads = 1;
  env.logLevel = "error";
  session = await InferenceSession.create(Buffer.from(fixture.model, "base64"), { executionProviders: ["wasm"] });
});
afterAll(async () => {
  await session.release();
  if (!hadWorker) Reflect.deleteProperty(globalThis, "Worker"); // its loader leaves Node's behind as a global
});

/** The session as a model: hidden values are the state, a tensor of rows, which are picked by `reorder`. */
function modelOf(sentences: number): Model<Tensor> {
  const hold = (values: Float32Array, rows: number): Tensor => {
    held++;
    return new Tensor("float32", values, [rows, size]);
  };
  return {
    state: new Tensor("float32", new Float32Array(sentences * size), [sentences, size]),
    step: async (tokens, hidden) => {
      const token = new Tensor("int64", BigInt64Array.from(tokens, BigInt), [tokens.length]);
      const { log_probabilities: found, next_hidden: next } = await session.run({ token, hidden });
      return {
        logProbabilities: found?.data as Float32Array,
        state: hold(next?.data as Float32Array, tokens.length),
      };
    },
    reorder: (state, rows) => {
      const values = new Float32Array(rows.length * size);
      for (const [to, from] of rows.entries()) {
        values.set((state.data as Float32Array).subarray(from * size, (from + 1) * size), to * size);
      }
      return hold(values, rows.length);
    },
    release: (state) => {
      held--;
      state.dispose();
    },
  };
}

describe("a session of onnxruntime-web", () => {
  const common = { prompts, stopTokens: fixture.stop, maxLength: fixture.maxLength };

  test("is searched by a beam that finds the likeliest of all outputs, as ONNX's reference implementation has them", async () => {
    const { sentences } = await beamSearch({ ...common, model: modelOf(prompts.length), width: 144, nBest: 5 });
    for (const [at, { hypotheses }] of sentences.entries()) {
      expect(hypotheses.map(({ tokens }) => Array.from(tokens))).toEqual(best[at]?.map(({ tokens }) => tokens));
      for (const [place, { logProbability }] of hypotheses.entries()) {
        expect(logProbability).toBeCloseTo(best[at]?.[place]?.logProbability ?? Number.NaN, 4);
      }
    }
    expect(held).toBe(0);
  });

  test("and by the other searches: exact, greedy, sampled, streamed", async () => {
    const exact = await exactSearch({ ...common, model: modelOf(prompts.length) });
    expect(exact.map((each) => Array.from(each.best?.tokens ?? []))).toEqual(best.map(([first]) => first?.tokens));
    const greedy = await greedySearch({ ...common, model: modelOf(prompts.length), maxLength: 20 });
    const drawn = await sample({ ...common, model: modelOf(prompts.length), maxLength: 20, seed: 1, samples: 3 });
    expect(greedy.sentences).toHaveLength(3);
    expect(drawn.sentences.flatMap(({ hypotheses }) => hypotheses)).toHaveLength(9);
    const streamed: number[] = [];
    for await (const { sentence, tokens } of beamStream({ ...common, model: modelOf(prompts.length), width: 144 })) {
      if (sentence === 0) streamed.push(...tokens);
    }
    expect(streamed).toEqual(best[0]?.[0]?.tokens);
    expect(held).toBe(0);
  });

  test("left in the middle, has its tensors back", async () => {
    const controller = new AbortController();
    const onStep = ({ steps }: { readonly steps: number }): void => {
      if (steps === 5) controller.abort(new Error("enough"));
    };
    const search = { ...common, model: modelOf(prompts.length), maxLength: 40, width: 4, stopTokens: [] };
    await expect(beamSearch({ ...search, signal: controller.signal, onStep })).rejects.toThrow("enough");
    expect(held).toBe(0);
  });
});
