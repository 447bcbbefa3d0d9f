import {
  checkOptions,
  fromArray,
  Generator,
  inCall,
  scope,
  truthValue,
  assertGenerator,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { Embedding, type EmbeddingOptions } from "@unfoldjs/nn";
import { assertWords } from "../arguments/words.ts";
import { hasVector } from "../vectors/has-vector.ts";
import { WordVectors } from "../vectors/word-vectors.ts";

/** What `toEmbedding` takes. */
export interface ToEmbeddingOptions extends Pick<EmbeddingOptions, "sparse" | "generator"> {
  /** Whether training leaves the vectors as they are. Default true: with little text they are better than what it would make of them. */
  readonly frozen?: boolean;
}

/**
 * A layer that starts from vectors that were learned elsewhere, as PyTorch's `Embedding.from_pretrained`.
 * @param vocabulary the words of the task, by their number. One without a vector, of its own or by n-grams, such as padding, starts as a vector of the
 *   others' mean length in a direction drawn by chance. All words of `vectors` if absent.
 * @throws ValueError
 */
export function toEmbedding(
  vectors: WordVectors,
  vocabulary: readonly string[] = vectors?.words,
  options: ToEmbeddingOptions = {},
): Embedding {
  const op = "toEmbedding";
  if (!(vectors instanceof WordVectors)) throw wrongArgument(op, "vectors", vectors, "WordVectors");
  assertWords(op, "vocabulary", vocabulary);
  if (vocabulary.length === 0) throw wrongArgument(op, "vocabulary", vocabulary, "an array of words, not empty");
  checkOptions<ToEmbeddingOptions>(op, options, { frozen: truthValue, sparse: truthValue, generator: assertGenerator });
  const { frozen = true, generator = new Generator(0), sparse = false } = options;
  const { size } = vectors;
  const layer = new Embedding(vocabulary.length, size, { generator, sparse });
  try {
    inCall(op, () =>
      scope(() => {
        const values = generator.normal([vocabulary.length, size], 0, meanLength(vectors) / Math.sqrt(size)).data();
        for (const [row, word] of vocabulary.entries()) {
          if (hasVector(vectors, word)) values.set(vectors.vector(word), row * size);
        }
        layer.weight.assign(fromArray(values, [vocabulary.length, size]));
      }),
    );
  } catch (error) {
    layer.dispose();
    throw error;
  }
  layer.weight.frozen = frozen;
  return layer;
}

function meanLength(vectors: WordVectors): number {
  const lengths = vectors.lengths();
  return lengths.reduce((sum, each) => sum + each, 0) / Math.max(1, lengths.length);
}
