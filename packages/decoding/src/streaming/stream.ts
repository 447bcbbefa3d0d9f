import type { DecodeResult, SentenceResult } from "../hypotheses/hypothesis.ts";
import { type BeamOptions, checkBeam, driveBeam, greedy } from "../search/beam.ts";
import { drive, type Progress } from "../search/drive.ts";
import { checkSearch, type SearchOptions } from "../search/request.ts";
import { checkSample, type SampleOptions, sampling } from "../search/sample.ts";

/** What became certain of a sentence with a step. */
export interface StreamedTokens {
  readonly sentence: number;
  /** Tokens that come after those that were streamed before. */
  readonly tokens: Int32Array;
  /** With the last tokens of a sentence: all that its search found. The tokens streamed are those of the best. */
  readonly result?: SentenceResult;
}

/**
 * Greedy search, token by token: `for await (const { sentence, tokens } of greedyStream(options))`. Leaving the loop ends the
 * search and releases what the model was told to keep.
 * @throws what `greedySearch` throws
 */
export function greedyStream<State = undefined>(
  options: SearchOptions<State>,
): AsyncGenerator<StreamedTokens, DecodeResult> {
  checkSearch("greedyStream", options as SearchOptions<unknown>, {});
  return stream(drive("greedyStream", options, greedy("greedyStream", options)));
}

/** Sampling, token by token. With several samples, the tokens in which all agree. @throws what `sample` throws */
export function sampleStream<State = undefined>(
  options: SampleOptions<State>,
): AsyncGenerator<StreamedTokens, DecodeResult> {
  checkSample("sampleStream", options);
  return stream(drive("sampleStream", options, sampling("sampleStream", options)));
}

/**
 * Beam search that tells tokens as soon as they are certain: those that all live hypotheses and the best finished ones begin
 * with. What was told is never taken back.
 * @throws what `beamSearch` throws
 */
export function beamStream<State = undefined>(
  options: BeamOptions<State>,
): AsyncGenerator<StreamedTokens, DecodeResult> {
  checkBeam("beamStream", options);
  return stream(driveBeam("beamStream", options));
}

async function* stream(steps: AsyncGenerator<Progress, DecodeResult>): AsyncGenerator<StreamedTokens, DecodeResult> {
  const told: number[] = [];
  const isDone: boolean[] = [];
  try {
    for (;;) {
      const { done, value } = await steps.next();
      if (done === true) {
        // A budget, or a batch of no steps: what no step has told.
        for (const [sentence, result] of value.sentences.entries()) {
          if (isDone[sentence] !== true) yield lastOf(sentence, result, told[sentence] ?? 0);
        }
        return value;
      }
      for (const [sentence, search] of value.entries()) {
        if (isDone[sentence] === true) continue;
        const before = told[sentence] ?? 0;
        isDone[sentence] = search.rows === 0;
        if (isDone[sentence]) yield lastOf(sentence, { hypotheses: search.finished() }, before);
        else {
          const agreed = search.agreed();
          told[sentence] = agreed.length;
          if (agreed.length > before) yield { sentence, tokens: agreed.slice(before) };
        }
      }
    }
  } finally {
    await steps.return(undefined as never); // closes the search if the consumer left early
  }
}

function lastOf(sentence: number, result: SentenceResult, told: number): StreamedTokens {
  return { sentence, tokens: result.hypotheses[0]?.tokens.slice(told) ?? new Int32Array(0), result };
}
