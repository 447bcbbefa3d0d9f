import * as check from "../arguments/checks.ts";
import { SACREBLEU } from "./bleu.ts";
import type { Measure } from "./measure.ts";
import { fewestEdits } from "./ter-edits.ts";
import { withoutEnd, wordsOf } from "./tokenise.ts";

export interface TerOptions {
  /** Takes punctuation off words first, and reads escaped characters. */
  readonly normalized?: boolean;
  /** Leaves punctuation out. */
  readonly noPunct?: boolean;
  /** With `normalized` or `noPunct`: also for Chinese and Japanese, character by character. */
  readonly asianSupport?: boolean;
  readonly caseSensitive?: boolean;
}

const checks: check.Checks<TerOptions> = {
  normalized: check.boolean,
  noPunct: check.boolean,
  asianSupport: check.boolean,
  caseSensitive: check.boolean,
};

/**
 * Translation edit rate (Snover et al. 2006): edits of words, among which a run of words moved elsewhere is one, ÷ words of the
 * reference, times 100. Numbers and signature are sacrebleu's. Of several references the one that needs the fewest edits counts, and their
 * mean length.
 */
export function terMeasure(options: TerOptions = {}): Measure {
  check.checkOptions<TerOptions>("terMeasure", options, checks);
  const { normalized = false, noPunct = false, asianSupport = false, caseSensitive = false } = options;
  const says = (is: boolean): string => (is ? "yes" : "no");
  return {
    name: "TER",
    isHigherBetter: false,
    signature: (references) =>
      `nrefs:${references}|case:${caseSensitive ? "mixed" : "lc"}|tok:tercom|norm:${says(normalized)}|punct:${says(!noPunct)}|asian:${says(asianSupport)}|version:${SACREBLEU}`,
    statistics: (hypothesis, references) => {
      const own = tokens(withoutEnd(hypothesis), options);
      // References twice, as sacrebleu does: the rules find more to take apart in what they left.
      const all = references.map((each) => tokens(tokens(withoutEnd(each), options).join(" "), options));
      const edits = Math.min(...all.map((each) => fewestEdits(own, each)));
      return [edits, all.reduce((sum, each) => sum + each.length, 0) / all.length];
    },
    score: ([edits = 0, length = 0]) => (length > 0 ? (100 * edits) / length : edits > 0 ? 100 : 0),
  };
}

const ASIAN_PUNCTUATION = /[\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb]/g;
const FULL_WIDTH_PUNCTUATION = /[\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09]/g;

function tokens(line: string, { normalized, noPunct, asianSupport, caseSensitive }: TerOptions): string[] {
  let text = caseSensitive === true ? line : line.toLowerCase();
  if (normalized === true) {
    text = western(text);
    if (asianSupport === true) text = asian(text);
  }
  if (noPunct === true) {
    text = text.replaceAll(/[.,?:;!"()]/g, "");
    if (asianSupport === true) text = text.replaceAll(ASIAN_PUNCTUATION, "").replaceAll(FULL_WIDTH_PUNCTUATION, "");
  }
  return wordsOf(text);
}

function western(line: string): string {
  const text = line
    .replaceAll("\n-", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  return ` ${text} `
    .replaceAll(/([{-~[-` -&(-+:-@/])/g, " $1 ")
    .replaceAll("'s ", " 's ")
    .replace(/'s$/, " 's")
    .replaceAll(/([^0-9])([.,])/gu, "$1 $2 ")
    .replaceAll(/([.,])([^0-9])/gu, " $1 $2")
    .replaceAll(/([0-9])(-)/g, "$1 $2 ");
}

/** Tercom's rules as sacrebleu has them, a range to U+3F22 and anchors inside of classes included. */
function asian(line: string): string {
  return line
    .replaceAll(/[\u4e00-\u9fff\u3400-\u4dbf]/g, " $& ")
    .replaceAll(/[\u31c0-\u31ef\u2e80-\u2eff]/g, " $& ")
    .replaceAll(/[\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f]/g, " $& ")
    .replaceAll(/[\u3200-\u3f22]/g, " $& ")
    .replaceAll(/(^|^[\u3040-\u309f])([\u3040-\u309f]+)(?=$|^[\u3040-\u309f])/g, "$1 $2 ")
    .replaceAll(/(^|^[\u30a0-\u30ff])([\u30a0-\u30ff]+)(?=$|^[\u30a0-\u30ff])/g, "$1 $2 ")
    .replaceAll(/(^|^[\u31f0-\u31ff])([\u31f0-\u31ff]+)(?=$|^[\u31f0-\u31ff])/g, "$1 $2 ")
    .replaceAll(ASIAN_PUNCTUATION, " $& ")
    .replaceAll(FULL_WIDTH_PUNCTUATION, " $& ");
}
