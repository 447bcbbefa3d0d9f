import * as check from "../arguments/checks.ts";
import { checkOptions } from "../arguments/checks.ts";
import { powerRule, gnmtRule, meanRule, sumRule, type LengthRule } from "../length/length-rule.ts";
import type { BeamRules } from "./beam.ts";

/** The settings of `generate` of transformers. */
export interface HuggingFaceOptions {
  /** `length_penalty`; 1 if left out. */
  readonly lengthPenalty?: number;
  /** `early_stopping`; false if left out. */
  readonly earlyStopping?: boolean | "never";
}

/**
 * Ranks and ends as `generate` of Hugging Face's transformers does: the sum divided by the generated length to the power of
 * `length_penalty`, the end token counted and the prompt not. Spread it into the options of `beamSearch`; the numbers are
 * those of transformers 5 (tested).
 */
export function huggingFace(options: HuggingFaceOptions = {}): BeamRules {
  checkOptions<HuggingFaceOptions>("huggingFace", options, {
    lengthPenalty: check.finite,
    earlyStopping: check.oneOf(true, false, "never"),
  });
  const { lengthPenalty = 1, earlyStopping = false } = options;
  const isNever = earlyStopping === "never" && lengthPenalty > 0;
  return {
    length: powerRule(lengthPenalty),
    earlyStopping: earlyStopping === true ? "full" : isNever ? "maximum length" : "current length",
    refill: true,
  };
}

/** The settings of a translator or generator of CTranslate2. */
export interface CTranslate2Options {
  /** `length_penalty`; 1 if left out. 0 lets it end with the first result. */
  readonly lengthPenalty?: number;
}

/**
 * Ranks and ends as CTranslate2 does: the sum divided by the length to the power of `length_penalty`, the end token counted. The numbers
 * are its own (tested). What it gives leaves the end token out.
 */
export function cTranslate2(options: CTranslate2Options = {}): BeamRules {
  checkOptions<CTranslate2Options>("cTranslate2", options, { lengthPenalty: check.finite });
  const { lengthPenalty = 1 } = options;
  return { length: powerRule(lengthPenalty), earlyStopping: lengthPenalty === 0 ? "top" : "full", refill: true };
}

/** The settings of OpenNMT-py's translate. */
export interface OpenNmtOptions {
  /** `length_penalty`: `"avg"`, `"wu"` with `alpha`, or `"none"`, which is the default. */
  readonly lengthPenalty?: "none" | "avg" | "wu";
  /** `alpha` of `"wu"`; 0 if left out. */
  readonly alpha?: number;
}

/**
 * Ranks and ends as OpenNMT-py does: finished hypotheses take up their place in the beam, and it ends when the best one is
 * finished. These are its documented rules; it was not compared with the library.
 */
export function openNmt(options: OpenNmtOptions = {}): BeamRules {
  checkOptions<OpenNmtOptions>("openNmt", options, {
    lengthPenalty: check.oneOf("none", "avg", "wu"),
    alpha: check.finite,
  });
  const { lengthPenalty = "none", alpha = 0 } = options;
  const rules: Readonly<Record<typeof lengthPenalty, LengthRule>> = {
    none: sumRule(),
    avg: meanRule(),
    wu: gnmtRule(alpha),
  };
  return { length: rules[lengthPenalty], earlyStopping: "top", refill: false };
}

/** The settings of fairseq's generate. */
export interface FairseqOptions {
  /** `--lenpen`; 1 if left out. */
  readonly lengthPenalty?: number;
  /** False for `--unnormalized`; true if left out. */
  readonly normalizeScores?: boolean;
}

/**
 * Ranks and ends as fairseq does: the sum divided by the length to the power of `--lenpen`, the end token counted; it ends with
 * as many finished as the beam is wide. These are its documented rules; it was not compared with the library. Where fairseq forces the end token at the maximum length, hypotheses here end without one.
 */
export function fairseq(options: FairseqOptions = {}): BeamRules {
  checkOptions<FairseqOptions>("fairseq", options, { lengthPenalty: check.finite, normalizeScores: check.boolean });
  const { lengthPenalty = 1, normalizeScores = true } = options;
  return { length: normalizeScores ? powerRule(lengthPenalty) : sumRule(), earlyStopping: "full", refill: true };
}
