export {
  BudgetError,
  DecodingError,
  ModelError,
  SearchError,
  ValueError,
  type Evidence,
} from "./errors/decoding-error.ts";
export type { DecodeResult, Ended, Hypothesis, SentenceResult } from "./hypotheses/hypothesis.ts";
export {
  gnmtRule,
  meanRule,
  powerRule,
  sumRule,
  wordRewardRule,
  type LengthRule,
  type LengthRuleOptions,
} from "./length/length-rule.ts";
export type { Limits, Model, Step, StepContext, StepOutput, Values } from "./model/model.ts";
export { badWords, compose, forceTokens, noRepeatNgram, suppressTokens } from "./processors/bans.ts";
export { epsilon, eta, minP, temperature, topK, topP, typical } from "./processors/filters.ts";
export { frequencyPenalty, presencePenalty, repetitionPenalty } from "./processors/penalties.ts";
export type { Processor, ProcessorContext } from "./processors/processor.ts";
export { beamSearch, greedySearch, type BeamOptions, type BeamResult, type BeamRules } from "./search/beam.ts";
export type { EarlyStopping } from "./search/beam-search.ts";
export {
  cTranslate2,
  fairseq,
  huggingFace,
  openNmt,
  type CTranslate2Options,
  type FairseqOptions,
  type HuggingFaceOptions,
  type OpenNmtOptions,
} from "./search/compatibility.ts";
export type { EndingOptions } from "./search/ending.ts";
export { scoreOutputs, type ForcedOptions } from "./search/force.ts";
export { sample, type SampleOptions } from "./search/sample.ts";
export type { SearchOptions, SearchProgress } from "./search/request.ts";
export type { Candidate, StepRecord, Trace, Verdict } from "./trace/trace.ts";
export { beamStream, greedyStream, sampleStream, type StreamedTokens } from "./streaming/stream.ts";
