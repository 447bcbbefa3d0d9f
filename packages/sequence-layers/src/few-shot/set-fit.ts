import { fewShotHead, type FewShotOptions } from "@unfoldjs/nn";
import { Generator, type Shape, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import type { SentenceEncoder } from "../bert/sentence-encoder.ts";
import { allOrNothing } from "./all-or-nothing.ts";
import { encoded } from "./encode-texts.ts";
import { assertSetFitOptions, type SetFitOptions, type Tokenise } from "./options.ts";
import { drawPairs } from "./pairs.ts";
import { TextClassifier } from "./text-classifier.ts";
import { assertEncoder, assertTexts, tokensOf } from "./tokens.ts";
import { tune } from "./tune.ts";

const USUAL_ITERATIONS = 20;

/**
 * A text classifier of a few examples of each class, as SetFit (Tunstall et al. 2022): pairs of texts tune the sentence encoder until
 * texts of one class lie together and those of two apart, and logistic regression on its vectors makes the head. With `iterations:
 * 0` the encoder stays as it is and only the head learns, in less than a second where the texts are few.
 *
 * The same model, texts and generator give the same classifier again, on any number of threads.
 * @param encoder is tuned in place, and the classifier's from then on @param tokenise the model's own tokenizer, cut to its positions
 * @param texts of two classes at least @param labels the class of each text
 * @throws ValueError; the reason of the signal, or what ended the training: the encoder is then as it was
 * @example
 * const encoder = new SentenceEncoder(loadBert(config, bytes));
 * const classifier = await setFit(encoder, (text) => tokenizer.encode(text).ids, texts, labels, { iterations: 5 });
 * const [answer] = await classifier.classify((text) => tokenizer.encode(text).ids, ["Where is my parcel?"]);
 */
export async function setFit(
  encoder: SentenceEncoder,
  tokenise: Tokenise,
  texts: readonly string[],
  labels: readonly string[],
  options: SetFitOptions = {},
): Promise<TextClassifier> {
  const op = "setFit";
  assertEncoder(op, encoder, tokenise);
  assertTexts(op, "texts", texts);
  assertTexts(op, "labels", labels);
  assertSetFitOptions(op, options);
  const classes = [...new Set(labels)];
  if (texts.length !== labels.length) {
    throw new ValueError(op, { texts: texts.length, labels: labels.length }, "labels must have one for each text");
  }
  if (classes.length < 2) {
    throw new ValueError(op, { labels: classes.join(", ") || "none" }, "labels must be of two classes at least");
  }
  const { iterations = USUAL_ITERATIONS, generator = new Generator(0), signal } = options;
  signal?.throwIfAborted();
  const numbers = labels.map((label) => classes.indexOf(label));
  const head = options.head ?? asScikitLearn(classes.length, texts.length);
  return await allOrNothing(op, iterations > 0 ? encoder : undefined, async () => {
    if (iterations > 0) {
      await tune(encoder, tokensOf(op, encoder, tokenise, texts), drawPairs(numbers, iterations, generator), {
        learningRate: options.learningRate ?? 2e-5,
        batchSize: options.batchSize ?? 16,
        warmUp: options.warmUp ?? 0.1,
        weightDecay: options.weightDecay ?? 0.01,
        clipNorm: options.clipNorm ?? 1,
        generator,
        onProgress: options.onProgress,
        signal,
      });
    }
    const vectors = await encoded(op, encoder, tokenise, texts, signal === undefined ? {} : { signal });
    const truth: Tensor<Shape, "i32"> = tensor(numbers, "i32");
    try {
      return new TextClassifier(encoder, fewShotHead(vectors, truth, head).head, classes);
    } finally {
      vectors.dispose();
      truth.dispose();
    }
  });
}

/** Its `LogisticRegression()`: the sum of losses plus half the squared weights, and of two classes one vector of weights. */
function asScikitLearn(classes: number, examples: number): FewShotOptions {
  return { l2: (classes === 2 ? 2 : 1) / examples, standardise: false, calibrate: false };
}
