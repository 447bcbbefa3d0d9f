export {
  analyseErrors,
  type AnalysedExample,
  type Certificate,
  type ErrorAnalysis,
  type ErrorAnalysisOptions,
  type Fault,
} from "./analysis/error-analysis.ts";
export { calibration, type Calibration, type CalibrationBin } from "./analysis/calibration.ts";
export {
  attentionMap,
  type AttentionMap,
  type AttentionMapOptions,
  type AttentionRow,
} from "./analysis/attention-map.ts";
export { tokenEntropies, type TokenEntropies, type TokenEntropy } from "./analysis/token-entropy.ts";
export type { Share } from "./analysis/share.ts";
export { sweepBeam, type Sweep, type SweepOptions, type SweepRow } from "./analysis/sweep.ts";
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
export { bleu, bleuMeasure, type BleuOptions, type BleuScore } from "./measures/bleu.ts";
export type { Edit } from "./measures/alignment.ts";
export {
  bootstrap,
  type BootstrapOptions,
  compareSystems,
  type Comparison,
  type Interval,
} from "./measures/bootstrap.ts";
export { chrfMeasure, type ChrfOptions } from "./measures/chrf.ts";
export { alignCharacters, alignWords, cerMeasure, werMeasure } from "./measures/error-rates.ts";
export { corpusScore, type Measure, type References, sentenceScores } from "./measures/measure.ts";
export {
  minimumBayesRisk,
  type MinimumBayesRisk,
  type MinimumBayesRiskOptions,
} from "./measures/minimum-bayes-risk.ts";
export { rouge, type RougeScore } from "./measures/rouge.ts";
export { distinct, exactMatchMeasure, perplexity } from "./measures/simple.ts";
export { terMeasure, type TerOptions } from "./measures/ter.ts";
export { tokenise, type Tokeniser } from "./measures/tokenise.ts";
export type { Limits, Model, Step, StepContext, StepOutput, Values } from "./model/model.ts";
export { badWords, compose, forceTokens, noRepeatNgram, suppressTokens } from "./processors/bans.ts";
export { epsilon, eta, minP, temperature, topK, topP, typical } from "./processors/filters.ts";
export { frequencyPenalty, presencePenalty, repetitionPenalty } from "./processors/penalties.ts";
export type { Processor, ProcessorContext } from "./processors/processor.ts";
export { beamSearch, greedySearch, type BeamOptions, type BeamResult, type BeamRules } from "./search/beam.ts";
export type { EarlyStopping } from "./search/beam-settings.ts";
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
export { bestFirstSearch, type BestFirstOptions, type BestFirstResult } from "./search/best-first.ts";
export { constrainTo, type Automaton } from "./constraints/automaton.ts";
export { jsonSchemaPattern } from "./constraints/json-schema.ts";
export type { JsonSchema } from "./constraints/json-schema-type.ts";
export { mustInclude } from "./constraints/must-include.ts";
export { matchPattern } from "./constraints/regular-expression.ts";
export { diverseBeamSearch, type DiverseBeamOptions } from "./search/diverse-beam.ts";
export { phraseBeamSearch, type PhraseBeamOptions } from "./search/phrase-beam.ts";
export type { SpeculativeOptions } from "./search/speculation.ts";
export { speculativeSample, type SpeculativeResult } from "./search/speculative.ts";
export type { SelectTopK } from "./select/select-top-k.ts";
export { stochasticBeamSearch, type StochasticBeamOptions } from "./search/stochastic-beam.ts";
export { exactSearch, type ExactOptions, type ExactResult } from "./search/exact.ts";
export { scoreOutputs, type ForcedOptions } from "./search/force.ts";
export { sample, type SampleOptions } from "./search/sample.ts";
export type { SearchOptions, SearchProgress } from "./search/request.ts";
export type { Candidate, StepRecord, Trace, Verdict } from "./trace/trace.ts";
export { beamStream, greedyStream, sampleStream, type StreamedTokens } from "./streaming/stream.ts";
export { beamTree, type BeamTree, type BeamTreeNode, type BeamTreeOptions } from "./trace/beam-tree.ts";
