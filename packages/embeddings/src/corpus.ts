// @unfoldjs/embeddings/corpus, in Node: counts of corpora that are larger than memory, or than a machine
export { countCorpus } from "./corpus/count-corpus.ts";
export type { CountCorpusOptions, CountProgress } from "./corpus/options.ts";
export type { Document, Documents } from "./corpus/documents.ts";
export { CorpusCounts } from "./corpus/corpus-counts.ts";
export { type CountPlan, type MeasuredCount, planCount, type PlanOptions } from "./corpus/plan.ts";
