import {
  assertBytes,
  assertPlain,
  decodeSafetensors,
  FormatError,
  inCall,
  type StoredTensor,
} from "@unfoldjs/tensor-core";
import { BertModel } from "./bert-model.ts";
import { type BertOptions, bertSizes } from "./bert-options.ts";

/**
 * What `config.json` of a Hugging Face model says that is looked at here, as `JSON.parse` gives it. Other fields may stand there
 * too.
 */
export interface BertConfig {
  readonly model_type?: string;
  readonly position_embedding_type?: string;
  readonly is_decoder?: boolean;
  readonly [name: string]: unknown;
}

/** Where the fields of `BertConfig` go. */
const FIELDS: Readonly<Record<string, keyof BertOptions>> = {
  vocab_size: "vocabSize",
  hidden_size: "hiddenSize",
  num_hidden_layers: "numHiddenLayers",
  num_attention_heads: "numAttentionHeads",
  intermediate_size: "intermediateSize",
  hidden_act: "hiddenAct",
  hidden_dropout_prob: "hiddenDropoutProb",
  attention_probs_dropout_prob: "attentionProbsDropoutProb",
  max_position_embeddings: "maxPositionEmbeddings",
  type_vocab_size: "typeVocabSize",
  layer_norm_eps: "layerNormEps",
};

/**
 * The options that a `config.json` says.
 * @throws FormatError unless it says `model_type` "bert", and nothing that this model does not compute
 */
export function bertOptionsOf(config: BertConfig): BertOptions {
  assertPlain("bertOptionsOf", "config", config, "what JSON.parse gives of config.json");
  const {
    model_type: kind = "none",
    position_embedding_type: positions = "absolute",
    is_decoder: decodes = false,
  } = config;
  if (kind !== "bert" || positions !== "absolute" || decodes) {
    const came = { model_type: kind, position_embedding_type: positions, is_decoder: decodes };
    throw new FormatError(
      "bertOptionsOf",
      came,
      "config must say an encoder of model_type bert with absolute positions: no other is built here",
    );
  }
  const named = Object.entries(FIELDS).map(([from, to]) => [to, config[from]] as const);
  return Object.fromEntries(named.filter(([, value]) => value !== undefined)) as BertOptions;
}

/**
 * A BERT with the weights of a Hugging Face model: `config.json` and `model.safetensors`, f32, f16 or bf16. Weights of heads that stand
 * on it, such as `cls.`, are left out, and so is a pooler that the file lacks: it then keeps its first values.
 * @param bytes of `model.safetensors`
 * @returns a model in use (`eval`), which is yours to dispose
 * @throws FormatError if the file lacks a weight, ValueError if one has another shape
 */
export function loadBert(config: BertConfig, bytes: Uint8Array): BertModel {
  const options = inCall("loadBert", () => bertOptionsOf(config));
  assertBytes("loadBert", "bytes", bytes);
  const { tensors } = inCall("loadBert", () => decodeSafetensors(bytes));
  const stored = new Map([...tensors].map(([key, tensor]) => [ownName(key), tensor]));
  assertTable(stored, options);
  const model = inCall("loadBert", () => new BertModel(options));
  try {
    const { missing } = inCall("loadBert", () => model.loadStateDict(stored, { strict: false }));
    const lost = missing.filter((name) => !name.startsWith("pooler."));
    if (lost.length > 0) {
      const came = { missing: lost.slice(0, 3).join(", "), count: lost.length };
      throw new FormatError("loadBert", came, "the file lacks weights that the configuration says there are");
    }
    return model.eval();
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** The name of a weight in files of a model with a head, and in those of TensorFlow's time. */
function ownName(key: string): string {
  return key
    .replace(/^bert\./, "")
    .replace(/LayerNorm\.gamma$/, "LayerNorm.weight")
    .replace(/LayerNorm\.beta$/, "LayerNorm.bias");
}

/** Before memory is taken for a model that the file is not of. @throws FormatError unless its table of words has the size */
function assertTable(stored: ReadonlyMap<string, StoredTensor>, options: BertOptions): void {
  const { vocabSize, hiddenSize } = bertSizes(options);
  const [rows, columns, ...more] = stored.get(WORDS)?.shape ?? [];
  if (rows === vocabSize && columns === hiddenSize && more.length === 0) return;
  const came = { config: [vocabSize, hiddenSize], bytes: stored.get(WORDS)?.shape ?? "no such weight" };
  throw new FormatError("loadBert", came, `the configuration and the file disagree about ${WORDS}`);
}

const WORDS = "embeddings.word_embeddings.weight";
