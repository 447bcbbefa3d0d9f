import { type Argument, Linear, Module } from "@unfoldjs/nn";
import { inCall, scope, type Shape, softmax, type Tensor, ValueError, wrongArgument } from "@unfoldjs/tensor-core";
import type { BertInputs } from "../bert/bert-model.ts";
import { SentenceEncoder } from "../bert/sentence-encoder.ts";
import { encoded } from "./encode-texts.ts";
import { assertEncodeOptions, type EncodeTextsOptions, type Tokenise } from "./options.ts";
import { assertEncoder, assertTexts } from "./tokens.ts";

/** What a classifier says of a text. */
export interface TextAnswer {
  /** The most probable class. */
  readonly label: string;
  /** Of that class. */
  readonly probability: number;
  /** Of all classes, in the classifier's order. */
  readonly probabilities: readonly number[];
}

/** Tells of which class a text is: a linear head on the vectors of a sentence encoder. `setFit` makes one. */
export class TextClassifier extends Module {
  static override readonly name: string = "TextClassifier";
  readonly encoder: SentenceEncoder;
  readonly head: Linear;
  /** In the order of the head's results. */
  readonly classes: readonly string[];

  /**
   * @param encoder which it owns from then on, as it does the head
   * @throws ValueError unless the head takes the encoder's vectors and has a result for each class
   */
  constructor(encoder: SentenceEncoder, head: Linear, classes: readonly string[]) {
    super();
    if (!(encoder instanceof SentenceEncoder)) {
      throw wrongArgument("TextClassifier", "encoder", encoder, "a SentenceEncoder");
    }
    if (!(head instanceof Linear)) throw wrongArgument("TextClassifier", "head", head, "a Linear");
    assertTexts("TextClassifier", "classes", classes);
    if (head.inFeatures !== encoder.bert.hiddenSize || head.outFeatures !== classes.length) {
      throw new ValueError(
        "TextClassifier",
        { head: [head.inFeatures, head.outFeatures], hiddenSize: encoder.bert.hiddenSize, classes: classes.length },
        "the head must take hiddenSize features and have a result for each of the classes",
      );
    }
    this.encoder = encoder;
    this.head = head;
    this.classes = [...classes];
  }

  /** @param tokens (batch, time), i32 @returns logits (batch, classes) @throws as `BertModel` */
  override forward(tokens: Tensor<Shape, "i32">, inputs: BertInputs = {}): Tensor {
    return inCall("TextClassifier", () => scope(() => this.head.forward(this.encoder.forward(tokens, inputs))));
  }

  /** What it says of each text, in their order. @throws ValueError */
  async classify(
    tokenise: Tokenise,
    texts: readonly string[],
    options: EncodeTextsOptions = {},
  ): Promise<TextAnswer[]> {
    const op = "TextClassifier.classify";
    assertEncoder(op, this.encoder, tokenise);
    assertTexts(op, "texts", texts);
    assertEncodeOptions(op, options);
    if (texts.length === 0) return [];
    const vectors = await encoded(op, this.encoder, tokenise, texts, options);
    try {
      return answersOf(vectors, this.head, this.classes);
    } finally {
      vectors.dispose();
    }
  }

  override config(): readonly Argument[] {
    return [this.encoder, this.head, this.classes];
  }
}

/** What a head says of vectors. @param vectors (texts, size) */
function answersOf(vectors: Tensor, head: Linear, classes: readonly string[]): TextAnswer[] {
  return scope(() => {
    const shares = softmax(head.forward(vectors), 1).data();
    return Array.from({ length: vectors.shape[0] ?? 0 }, (_, row) => {
      const probabilities = [...shares.subarray(row * classes.length, (row + 1) * classes.length)];
      const probability = Math.max(...probabilities);
      return { label: classes[probabilities.indexOf(probability)] ?? "", probability, probabilities };
    });
  });
}
