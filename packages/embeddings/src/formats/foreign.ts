import { foreign, FormatError } from "@unfoldjs/tensor-core";

/** What files are that people take for files of vectors, and what to do about them. */
const FIXES = {
  zip: "unpack it first (unzip), and load the file that is in it",
  npy: "loadVectors(pickle) finds it beside gensim's pickle; vectors without words: new WordVectors(words, decodeNpy(bytes))",
  pickle: "loadVectors(file) reads gensim's KeyedVectors",
  safetensors: "decodeSafetensors(bytes), and new WordVectors(words, rows)",
} as const;

/** The error for a file that is of none of our formats, if it is known what it is. @param file its name @param first its first bytes */
export function foreignVectors(op: string, file: string, first: Uint8Array): FormatError | undefined {
  const found = foreign(op, first, "a file of word vectors", undefined, FIXES);
  if (found === undefined) return undefined;
  return new FormatError(op, { file, came: String(found.came["came"]) }, found.rule, found.fix);
}
