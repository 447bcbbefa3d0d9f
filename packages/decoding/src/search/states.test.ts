import { expect, test } from "vitest";
import type { Model } from "../model/model.ts";
import { beamStream } from "../streaming/stream.ts";
import { failure } from "../testing/flat-model.ts";
import { randomModel } from "../testing/random-model.ts";
import { beamSearch, type BeamOptions } from "./beam.ts";

const common = { prompts: [[1], [2]], stopTokens: 0, maxLength: 5, width: 2 };

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
