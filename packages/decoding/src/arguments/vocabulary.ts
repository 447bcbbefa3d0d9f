import { ValueError } from "../errors/decoding-error.ts";

type Tokens = number | readonly number[] | readonly (readonly number[])[] | readonly (readonly (readonly number[])[])[];

/** Tokens by the name of the option that has them. */
export type NamedTokens = Readonly<Record<string, Tokens | undefined>>;

/** @throws ValueError for a token that no model of this vocabulary can give */
export function assertInVocabulary(op: string, tokens: NamedTokens, vocabulary: number): void {
  for (const [name, given] of Object.entries(tokens)) {
    const all = [given ?? []].flat(3);
    const token = all.find((each) => each >= vocabulary);
    if (token === undefined) continue;
    throw new ValueError(
      op,
      { token, vocabulary },
      `${name} holds a token that is not in the vocabulary`,
      `tokens are numbers from 0 to ${vocabulary - 1}`,
    );
  }
}

/** As `assertInVocabulary`, for what runs in each step: looks again only where the vocabulary is another. */
export function vocabularyCheck(op: string, tokens: NamedTokens): (vocabulary: number) => void {
  let known: number | undefined;
  return (vocabulary) => {
    if (vocabulary === known) return;
    assertInVocabulary(op, tokens, vocabulary);
    known = vocabulary;
  };
}
