import { assertFunction, ValueError, wrongArgument } from "@unfoldjs/tensor-core";
import { words, type WordsOptions } from "@unfoldjs/embeddings";
import { assertSentence, type Sentence } from "../text/sentences.ts";
import { SEPARATOR } from "./sql/template.ts";

/** A text, which `words` takes apart, or its words. Windows end where it ends. */
export type Document = string | Sentence;

/** Documents in an order that is the same each time: an array, or a function that begins anew. */
export type Documents =
  | Iterable<Document>
  | AsyncIterable<Document>
  | (() => Iterable<Document> | AsyncIterable<Document>);

/** Begins to go through documents. @throws ValueError on what are none, or can be gone through once alone */
export function beginDocuments(op: string, documents: Documents): Iterable<Document> | AsyncIterable<Document> {
  if (typeof documents === "function") assertFunction(op, "documents", documents);
  const given: unknown = typeof documents === "function" ? documents() : documents;
  const isSequence =
    typeof given === "object" && given !== null && (Symbol.iterator in given || Symbol.asyncIterator in given);
  if (!isSequence) {
    throw wrongArgument(op, "documents", given, "texts, one after the other", "documents: () => lines(file)");
  }
  if (typeof documents !== "function" && "next" in given) {
    throw wrongArgument(
      op,
      "documents",
      given,
      "what can be begun anew, if the count must go on later",
      "pass a function that makes it: () => lines(file)",
    );
  }
  return Symbol.asyncIterator in given ? (given as AsyncIterable<Document>) : checked(op, given as Iterable<Document>);
}

/** Refuses what is none before a loop that awaits does so. */
function* checked(op: string, documents: Iterable<Document>): Generator<Document> {
  let number = 0;
  for (const document of documents) {
    if (typeof document !== "string" && !Array.isArray(document)) throw wrongDocument(op, document, number);
    number++;
    yield document;
  }
}

function wrongDocument(op: string, document: unknown, number: number): ValueError {
  return wrongArgument(op, `documents[${number}]`, document, "a text, or an array of words");
}

/** Characters of a document as it was given. */
export function charactersOf(op: string, document: Document, number: number): number {
  if (typeof document === "string") return document.length;
  if (!Array.isArray(document)) throw wrongDocument(op, document, number);
  assertSentence(op, document, number);
  return document.reduce((sum, word) => sum + word.length, 0);
}

/** The words of a document as engines get them, and how many there are. @throws ValueError on words that cannot be told apart there */
export function tokensOf(
  op: string,
  document: Document,
  number: number,
  options: WordsOptions,
): { readonly tokens: string; readonly count: number } {
  const found = typeof document === "string" ? words(document, options) : document;
  const tokens = found.join(SEPARATOR);
  // Looks at the whole are cheaper than one at each word.
  const hasSeparator =
    typeof document === "string" ? document.includes(SEPARATOR) : document.some((word) => word.includes(SEPARATOR));
  const isOdd = hasSeparator || !tokens.isWellFormed() || found.includes("");
  if (!isOdd) return { tokens, count: found.length };
  const odd = found.find((word) => word === "" || word.includes(SEPARATOR) || !word.isWellFormed());
  if (odd === undefined) return { tokens, count: found.length }; // the text has a separator that is in no word
  throw new ValueError(
    op,
    { document: number, word: JSON.stringify(odd) },
    "words are not empty, are Unicode (no half of a surrogate pair), and have no U+001F, which parts them in tables",
  );
}
