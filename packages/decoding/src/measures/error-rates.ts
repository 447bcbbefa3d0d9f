import * as check from "../arguments/checks.ts";
import { align, type Edit } from "./alignment.ts";
import type { Measure } from "./measure.ts";
import { charactersOf, spacedWordsOf, stripped } from "./tokenise.ts";

/** What words, or characters, an error rate counts; the best of several references. */
function errorRate(name: string, unitsOf: (line: string) => string[]): Measure {
  return {
    name,
    isHigherBetter: false,
    signature: (references) => `${name}|nrefs:${references}`,
    statistics: (hypothesis, references) => {
      const own = unitsOf(hypothesis);
      const all = references.map((reference) => {
        const units = unitsOf(reference);
        return [align(units, own).filter(({ kind }) => kind !== "hit").length, units.length];
      });
      return all.reduce((best, each) => ((each[0] as number) < (best[0] as number) ? each : best));
    },
    // Of a reference without units every insertion is an error, and none is none.
    score: ([errors = 0, length = 0]) => (length > 0 ? errors / length : errors),
  };
}

/** Word error rate: edits of words ÷ words of the reference, as jiwer counts them. 0 is best; it may be above 1. */
export function werMeasure(): Measure {
  return errorRate("WER", spacedWordsOf);
}

/** Character error rate: the same of characters, spaces included. */
export function cerMeasure(): Measure {
  return errorRate("CER", (line) => charactersOf(stripped(line)));
}

/** Which words of a hypothesis are right, and what was done to the others. */
export function alignWords(reference: string, hypothesis: string): Edit[] {
  check.checkArguments("alignWords", ["reference", reference, check.string], ["hypothesis", hypothesis, check.string]);
  return align(spacedWordsOf(reference), spacedWordsOf(hypothesis));
}

/** Which characters of a hypothesis are right, and what was done to the others. */
export function alignCharacters(reference: string, hypothesis: string): Edit[] {
  check.checkArguments(
    "alignCharacters",
    ["reference", reference, check.string],
    ["hypothesis", hypothesis, check.string],
  );
  return align(charactersOf(stripped(reference)), charactersOf(stripped(hypothesis)));
}
