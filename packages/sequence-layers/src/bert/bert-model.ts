import { type Argument, Dropout, Embedding, givenOptions, LayerNorm, Linear, Module, normal } from "@unfoldjs/nn";
import {
  assertTensor,
  checkOptions,
  type Generator,
  inCall,
  IndexError,
  type OptionChecks,
  scope,
  type Shape,
  type Tensor,
  ValueError,
  zeros,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";
import { assertWeights } from "../arguments/sizes.ts";
import { BertLayer } from "./bert-layer.ts";
import { BERT_OPTIONS, type BertOptions, bertSizes } from "./bert-options.ts";

/** What a BERT is told beside the tokens. */
export interface BertInputs {
  /** (batch), i32: how many tokens each sentence has; those from there on are padding. */
  readonly lengths?: Tensor<Shape, "i32"> | undefined;
  /** (batch, time), bool: true is a token, as 1 is in transformers; what `lengths` says, with holes. */
  readonly attentionMask?: Tensor<Shape, "bool"> | undefined;
  /** (batch, time), i32: the kind of each token, such as its sentence of a pair. 0 unless given. */
  readonly tokenTypeIds?: Tensor<Shape, "i32"> | undefined;
}

export const BERT_INPUTS: OptionChecks<BertInputs> = {
  lengths: assertTensor,
  attentionMask: assertTensor,
  tokenTypeIds: assertTensor,
};

/**
 * BERT's encoder (Devlin et al. 2019): a vector for each token, of what stands on both sides of it. Its weights are called as in
 * Hugging Face's files (`encoder.layer.0.attention.self.query.weight`), so that `loadBert` reads these; all of it can be derived
 * from, and so be tuned further.
 *
 * Weights start normal with deviation 0.02, biases as zeros.
 */
export class BertModel extends Module {
  static override readonly name: string = "BertModel";
  readonly embeddings: {
    readonly word_embeddings: Embedding;
    readonly position_embeddings: Embedding;
    readonly token_type_embeddings: Embedding;
    readonly LayerNorm: LayerNorm;
  };
  readonly encoder: { readonly layer: readonly BertLayer[] };
  readonly pooler: { readonly dense: Linear };
  readonly dropout: Dropout;
  readonly hiddenSize: number;
  readonly maxPositionEmbeddings: number;
  private readonly options: BertOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up, the heads divide `hiddenSize`, and options make sense */
  constructor(options: BertOptions = {}) {
    super();
    checkOptions("BertModel", options, BERT_OPTIONS);
    const sizes = bertSizes(options);
    const { hiddenSize, numAttentionHeads, numHiddenLayers, intermediateSize, generator } = sizes;
    if (hiddenSize % numAttentionHeads !== 0) {
      throw new ValueError("BertModel", { hiddenSize, numAttentionHeads }, "the heads must divide hiddenSize");
    }
    const tables = [sizes.vocabSize, sizes.maxPositionEmbeddings, sizes.typeVocabSize, intermediateSize, hiddenSize];
    assertWeights("BertModel", ...tables.map((rows) => [rows, hiddenSize]), [numHiddenLayers]);
    const drawn = generator === undefined ? {} : { generator };
    const norm = { epsilon: sizes.layerNormEps };
    this.options = options;
    this.hiddenSize = hiddenSize;
    this.maxPositionEmbeddings = sizes.maxPositionEmbeddings;
    this.embeddings = {
      word_embeddings: new Embedding(sizes.vocabSize, hiddenSize, drawn),
      position_embeddings: new Embedding(sizes.maxPositionEmbeddings, hiddenSize, drawn),
      token_type_embeddings: new Embedding(sizes.typeVocabSize, hiddenSize, drawn),
      LayerNorm: new LayerNorm(hiddenSize, norm),
    };
    this.encoder = { layer: Array.from({ length: numHiddenLayers }, () => new BertLayer(sizes)) };
    this.pooler = { dense: new Linear(hiddenSize, hiddenSize, drawn) };
    this.dropout = new Dropout(sizes.hiddenDropoutProb, drawn);
    startAsBert(this, generator);
  }

  /**
   * @param tokens (batch, time), i32, as the model's own tokenizer gives them
   * @returns (batch, time, hiddenSize): transformers' `last_hidden_state`; of padding it means nothing
   * @throws IndexError on an unknown token, more tokens than positions or a length beyond them, ShapeError, DTypeError
   */
  override forward(tokens: Tensor<Shape, "i32">, inputs: BertInputs = {}): Tensor {
    assertAxes(NAME, "tokens", tokens, { batch: undefined, time: undefined }, "i32");
    checkOptions(NAME, inputs, BERT_INPUTS);
    const [batch, time = 0] = tokens.shape;
    const { lengths, attentionMask, tokenTypeIds } = inputs;
    if (lengths !== undefined) assertAxes(NAME, "lengths", lengths, { batch }, "i32");
    if (attentionMask !== undefined) assertAxes(NAME, "attentionMask", attentionMask, { batch, time }, "bool");
    if (tokenTypeIds !== undefined) assertAxes(NAME, "tokenTypeIds", tokenTypeIds, { batch, time }, "i32");
    if (time > this.maxPositionEmbeddings) {
      const came = { tokens: tokens.shape, maxPositionEmbeddings: this.maxPositionEmbeddings };
      throw new IndexError(NAME, came, `there are ${this.maxPositionEmbeddings} positions: cut sentences shorter`);
    }
    const masks = { keyLengths: lengths, keyMask: attentionMask };
    return inCall(NAME, () =>
      this.encoder.layer.reduce((x, layer) => layer.forward(x, masks), this.embedded(tokens, tokenTypeIds)),
    );
  }

  /**
   * What transformers calls `pooler_output`: tanh of a linear map of the first token's vector, as BERT was taught to tell with
   * whether a sentence follows another.
   * @param hidden (batch, time, hiddenSize), of `forward` @returns (batch, hiddenSize)
   */
  pool(hidden: Tensor): Tensor {
    assertAxes(NAME, "hidden", hidden, { batch: undefined, time: undefined, hiddenSize: this.hiddenSize });
    if (hidden.shape[1] === 0) throw new IndexError(NAME, { hidden: hidden.shape }, "hidden has no first token");
    return inCall(NAME, () => scope(() => this.pooler.dense.forward(hidden.slice(1, 0, 1).squeeze(1)).tanh()));
  }

  override config(): readonly Argument[] {
    return givenOptions(this.options);
  }

  private embedded(tokens: Tensor<Shape, "i32">, kinds: Tensor<Shape, "i32"> | undefined): Tensor {
    const { word_embeddings: words, position_embeddings: places, token_type_embeddings: types } = this.embeddings;
    const [, time = 0] = tokens.shape;
    const kind = kinds === undefined ? types.weight.slice(0, 0, 1) : types.forward(kinds);
    const sum = words
      .forward(tokens)
      .add<Shape, Shape>(kind)
      .add<Shape, Shape>(places.weight.slice(0, 0, time));
    return this.dropout.forward(this.embeddings.LayerNorm.forward(sum));
  }
}

const NAME = "BertModel";
/** Of the first weights: `initializer_range` of `BertConfig`. */
const DEVIATION = 0.02;

function startAsBert(model: BertModel, generator: Generator | undefined): void {
  const drawn = generator === undefined ? {} : { generator };
  scope(() => {
    for (const [path, weight] of model.namedParameters()) {
      if (path.includes("LayerNorm")) continue;
      if (path.endsWith("bias")) weight.assign(zeros<Shape>(weight.shape));
      else if (path.startsWith("embeddings")) weight.assign(weight.mul(DEVIATION)); // drawn with deviation 1
      else weight.assign(normal<Shape>(weight.shape, { deviation: DEVIATION, ...drawn }));
    }
  });
}
