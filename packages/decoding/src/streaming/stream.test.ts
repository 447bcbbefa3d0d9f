import fc from "fast-check";
import { expect, test } from "vitest";
import { powerRule } from "../length/length-rule.ts";
import { beamSearch, greedySearch } from "../search/beam.ts";
import { sample } from "../search/sample.ts";
import { randomModel } from "../testing/random-model.ts";
import { beamStream, greedyStream, sampleStream, type StreamedTokens } from "./stream.ts";

const prompts = [[1], [2, 3], [4]];
const common = { prompts, stopTokens: 0, maxLength: 9 };

async function collect(
  events: AsyncIterable<StreamedTokens>,
): Promise<{ tokens: number[][]; pieces: number[]; results: unknown[] }> {
  const [tokens, pieces, results]: [number[][], number[], unknown[]] = [[[], [], []], [0, 0, 0], []];
  for await (const { sentence, tokens: more, result } of events) {
    tokens[sentence]?.push(...more);
    pieces[sentence] = (pieces[sentence] ?? 0) + 1;
    if (result !== undefined) results[sentence] = result;
  }
  return { tokens, pieces, results };
}

test("a streamed beam says, piece by piece, what the search finds, and never takes back", async () => {
  let early = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 1, max: 5 }), async (seed, width) => {
      const options = { ...common, width, length: powerRule(0.8), model: randomModel(seed, 6, 3) };
      const { sentences } = await beamSearch(options);
      const { tokens, pieces, results } = await collect(beamStream(options));
      expect(tokens).toEqual(sentences.map(({ hypotheses }) => Array.from(hypotheses[0]?.tokens ?? [])));
      expect(results).toEqual(sentences);
      early += pieces.filter((count) => count > 1).length;
    }),
    { numRuns: 40 },
  );
  expect(early).toBeGreaterThan(20);
});

test("greedy and sampled streams give each token in a piece of its own", async () => {
  const options = { ...common, model: randomModel(1, 6, 3, 1) };
  const greedy = await greedySearch(options);
  const streamed = await collect(greedyStream(options));
  expect(streamed.tokens).toEqual(greedy.sentences.map(({ hypotheses }) => Array.from(hypotheses[0]?.tokens ?? [])));
  expect(streamed.pieces).toEqual(streamed.tokens.map(({ length }) => length));
  const drawn = await sample({ ...options, seed: 5 });
  const { tokens } = await collect(sampleStream({ ...options, seed: 5 }));
  expect(tokens).toEqual(drawn.sentences.map(({ hypotheses }) => Array.from(hypotheses[0]?.tokens ?? [])));
});

test("a budget ends a stream with what there is", async () => {
  const { tokens, results } = await collect(
    greedyStream({ ...common, stopTokens: [], model: randomModel(1, 6, 3), maxSteps: 4 }),
  );
  expect(tokens.map(({ length }) => length)).toEqual([4, 3, 4]); // of the four steps one fed a prompt
  expect(results).toHaveLength(3);
});
