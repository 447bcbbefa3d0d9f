// Whatever happens, each state that a model made is given back once.

import { describe, expect, test } from "vitest";
import type { Model, StepOutput } from "../model/model.ts";
import { phraseBeamSearch } from "./phrase-beam.ts";
import { randomModel } from "../testing/random-model.ts";
import { beamSearch } from "./beam.ts";
import { bestFirstSearch } from "./best-first.ts";
import { diverseBeamSearch } from "./diverse-beam.ts";
import { exactSearch } from "./exact.ts";
import { scoreOutputs } from "./force.ts";
import { sample } from "./sample.ts";
import { speculativeSample } from "./speculative.ts";
import { stochasticBeamSearch } from "./stochastic-beam.ts";

interface Held {
  readonly value: number;
}

type Fault = "none" | "throws" | "NaN" | "shape" | "positive" | "hangs";

/** A model whose states are counted; from its fifth step on it does something wrong. */
function countedModel(fault: Fault): { model: Model<readonly Held[]>; held: Set<Held>; settle: () => void } {
  const inner = randomModel(4, 5, 2, 1);
  const held = new Set<Held>();
  const waiting: (() => void)[] = [];
  const model: Model<readonly Held[]> = {
    state: inner.state.map((value) => ({ value })),
    values: "partial",
    step: (tokens, states, context) => {
      const isWrong = context.step >= 4;
      if (isWrong && fault === "throws") throw new Error("no more");
      const given = states.map(({ value }) => value);
      const { logProbabilities, state } = inner.step(tokens, given, context) as StepOutput<readonly number[]>;
      const made = state.map((value) => ({ value }));
      for (const each of made) held.add(each);
      if (isWrong && fault === "NaN") logProbabilities[1] = Number.NaN;
      if (isWrong && fault === "positive") logProbabilities.fill(1);
      const output = {
        logProbabilities: isWrong && fault === "shape" ? new Float32Array(3) : logProbabilities,
        state: made,
      };
      if (!isWrong || fault !== "hangs") return output;
      return new Promise((resolve) => waiting.push(() => resolve(output)));
    },
    release: (each) => {
      if (!held.delete(each)) throw new Error("released twice, or never made");
    },
  };
  return { model, held, settle: () => waiting.forEach((resolve) => resolve()) };
}

const prompts = [[1, 2, 3], [2]];
const common = { prompts, stopTokens: 0, maxLength: 6 };
type Search = (
  model: Model<readonly Held[]>,
  more: { readonly maxMilliseconds?: number; readonly onStep?: () => void },
) => Promise<unknown>;
const draft = { ...randomModel(9, 5, 2, 1) };
const searches: Readonly<Record<string, Search>> = {
  beam: (model, more) => beamSearch({ ...common, ...more, model, width: 3 }),
  phrases: (model, more) => phraseBeamSearch({ ...common, ...more, model, width: 3, phrases: [[[2]], [[3, 4]]] }),
  diverse: (model, more) => diverseBeamSearch({ ...common, ...more, model, width: 4, groups: 2 }),
  stochastic: (model, more) => stochasticBeamSearch({ ...common, ...more, model, width: 3, seed: 1 }),
  sample: (model, more) => sample({ ...common, ...more, model, seed: 1, samples: 3 }),
  forced: (model, more) =>
    scoreOutputs({
      prompts,
      stopTokens: 0,
      outputs: [
        [2, 3, 0],
        [4, 4, 4, 1, 2, 3],
      ],
      ...more,
      model,
    }),
  exact: (model, more) => exactSearch({ ...common, ...more, model }),
  "best first": (model, more) => bestFirstSearch({ ...common, ...more, model }),
  speculative: (model, more) => speculativeSample({ ...common, ...more, model, draft, seed: 1 }),
  draft: (model, more) => speculativeSample({ ...common, ...more, model: draft, draft: model, seed: 1 }),
};

const isSeen = (fault: Fault): boolean => fault !== "NaN" && fault !== "positive";

describe.each(Object.entries(searches))("%s", (name, search) => {
  test.each<Fault>(["none", "throws", "NaN", "shape", "positive"])("gives all states back: %s", async (fault) => {
    const { model, held } = countedModel(fault);
    const [settled] = await Promise.allSettled([search(model, {})]);
    // NaN in a token that forced decoding does not look at, and sums above 1 after the first step, are not looked for.
    const allowed = fault === "none" ? ["fulfilled"] : isSeen(fault) ? ["rejected"] : ["fulfilled", "rejected"];
    expect(allowed).toContain(settled?.status);
    expect([...held]).toEqual([]);
  });

  test("gives back what a step that hung comes with at last", async () => {
    const { model, held, settle } = countedModel("hangs");
    await expect(search(model, { maxMilliseconds: 40 })).rejects.toThrow(/did not come back/);
    settle();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect([...held]).toEqual([]);
  });

  test("calls onStep, and ends with what it throws", async () => {
    const { model, held } = countedModel("none");
    let calls = 0;
    const onStep = (): void => {
      calls++;
      if (calls === 2) throw new RangeError("stop here");
    };
    await expect(search(model, { onStep })).rejects.toThrow("stop here");
    expect([...held]).toEqual([]);
    expect([calls, name.length > 0]).toEqual([2, true]);
  });
});
