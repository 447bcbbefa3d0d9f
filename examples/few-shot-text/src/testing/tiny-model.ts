import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BertModel } from "@unfoldjs/sequence-layers";
import { encodeSafetensors, Generator } from "@unfoldjs/tensor-core";

const LETTERS = Array.from("abcdefghijklmnopqrstuvwxyz0123456789.,;:?!'\"()-$%&");
const VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ...LETTERS, ...LETTERS.map((letter) => `##${letter}`)];

/** Writes a sentence encoder that has learned nothing, and spells words by their letters, with the files of a real one. */
export function writeTinyModel(folder: string): void {
  const sizes = { hiddenSize: 16, intermediateSize: 24, numHiddenLayers: 1, numAttentionHeads: 2 };
  const options = { ...sizes, vocabSize: VOCABULARY.length, maxPositionEmbeddings: 64, generator: new Generator(1) };
  const bert = new BertModel(options);
  const config = {
    model_type: "bert",
    vocab_size: options.vocabSize,
    hidden_size: sizes.hiddenSize,
    intermediate_size: sizes.intermediateSize,
    num_hidden_layers: sizes.numHiddenLayers,
    num_attention_heads: sizes.numAttentionHeads,
    max_position_embeddings: options.maxPositionEmbeddings,
  };
  const special = (content: string, id: number): object => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const tokenizer = {
    version: "1.0",
    added_tokens: VOCABULARY.slice(0, 4).map(special),
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, lowercase: true },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [
        { SpecialToken: { id: "[CLS]", type_id: 0 } },
        { Sequence: { id: "A", type_id: 0 } },
        { SpecialToken: { id: "[SEP]", type_id: 0 } },
      ],
      pair: [],
      special_tokens: {
        "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
        "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
      },
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
    },
  };
  const files = {
    "config.json": JSON.stringify(config),
    "tokenizer.json": JSON.stringify(tokenizer),
    "tokenizer_config.json": JSON.stringify({ tokenizer_class: "BertTokenizer", do_lower_case: true }),
    "model.safetensors": encodeSafetensors(bert.stateDict()),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  bert.dispose();
}
