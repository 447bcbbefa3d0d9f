import { Tokenizer } from "@huggingface/tokenizers";
import { type BertConfig, loadBert, SentenceEncoder, type Tokenise } from "@unfoldjs/sequence-layers";

/** Gives a file of a model by its name. */
export type Files = (name: string) => Uint8Array;

/** A sentence encoder out of its files, as often as it is wanted, and its tokenizer. Runs in Node and in a page alike. */
export interface SentenceModel {
  /** With the weights of the file, yours to dispose. */
  load(): SentenceEncoder;
  readonly tokenise: Tokenise;
}

/** Tokens that all-MiniLM-L6-v2 was taught with at most; what sentence-transformers cuts to. */
const LONGEST = 256;

/** @throws FormatError if the files are not a BERT's */
export function sentenceModel(files: Files): SentenceModel {
  const json = (name: string): object => JSON.parse(new TextDecoder().decode(files(name))) as object;
  const config: BertConfig = { ...json("config.json") };
  const weights = files("model.safetensors");
  const tokenizer = new Tokenizer(json("tokenizer.json"), json("tokenizer_config.json"));
  const most = Math.min(LONGEST, Number(config["max_position_embeddings"] ?? LONGEST));
  const tokenise: Tokenise = (text) => {
    const { ids } = tokenizer.encode(text);
    return ids.length <= most ? ids : [...ids.slice(0, most - 1), ids.at(-1) ?? 0];
  };
  return { load: () => new SentenceEncoder(loadBert(config, weights)), tokenise };
}
