import { FormatError } from "@unfoldjs/tensor-core";

/**
 * @param none what words of the format may not hold @param saying the rule, in words
 * @throws FormatError on a word that would not come back: with half of a letter, which UTF-8 has not, or with what the format takes for
 * its end
 */
export function assertWritable(op: string, words: readonly string[], none: string, saying: string): void {
  for (const word of words) {
    if (!word.isWellFormed()) {
      const came = { word: JSON.stringify(word) };
      throw new FormatError(op, came, "files hold words in UTF-8, and this one ends or begins within a letter");
    }
    if (none !== "" && word.includes(none)) throw new FormatError(op, { word: JSON.stringify(word) }, saying);
  }
}
