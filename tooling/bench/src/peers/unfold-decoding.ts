import { drawsOf } from "../reference/decoding.ts";
import type { BeamProblem, Contender, SampleProblem } from "../work.ts";

/** Tokens of each row that are looked at where draws are compared with what is expected. */
const DRAWS = 2000;

/** A search by decoding's beam, of a model that has its log-probabilities ready. */
export async function beamContender({ width, vocabulary, steps, rows, select }: BeamProblem): Promise<Contender> {
  const { beamSearch } = await import("@unfoldjs/decoding");
  const { fromArray, scope, topk } = await import("@unfoldjs/tensor-core");
  const search = (): ReturnType<typeof beamSearch> =>
    beamSearch({
      model: {
        step: ({ length }) => ({ logProbabilities: rows.subarray(0, length * vocabulary), state: undefined }),
      },
      prompts: [[1]],
      maxLength: steps,
      width,
      ...(select === "tensor-core" && {
        selectTopK: (values: Float32Array, k: number) =>
          scope(() => topk(fromArray(values, [values.length]), k).indices.data()),
      }),
    });
  return {
    run: async () => void (await search()),
    async outputs() {
      const best = (await search()).sentences[0]?.hypotheses[0];
      return { tokens: best?.tokens ?? [], score: [best?.score ?? Number.NaN] };
    },
    dispose() {},
  };
}

/** Draws of decoding's `sample` under the filters, one row for each of a batch of sentences. */
export async function sampleContender(problem: SampleProblem): Promise<Contender> {
  const { sample, temperature, topK } = await import("@unfoldjs/decoding");
  const prompts = Array.from({ length: problem.batch }, () => [1]);
  const processors = [temperature(problem.temperature), topK(problem.k)];
  const model = { step: () => ({ logProbabilities: problem.rows, state: undefined }) };
  let seed = 0;
  const draw = (maxLength: number): ReturnType<typeof sample> =>
    sample({ model, prompts, maxLength, seed: seed++, processors });
  return {
    run: async () => void (await draw(problem.steps)),
    async outputs() {
      const { sentences } = await draw(DRAWS);
      return {
        ...drawsOf(
          problem,
          sentences.map(({ hypotheses }) => Array.from(hypotheses[0]?.tokens ?? [])),
        ),
      };
    },
    dispose() {},
  };
}
