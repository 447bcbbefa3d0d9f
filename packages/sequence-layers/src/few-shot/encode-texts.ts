import { inUse, macrotask } from "@unfoldjs/nn";
import { fromArray, inCall, scope, type Tensor } from "@unfoldjs/tensor-core";
import type { SentenceEncoder } from "../bert/sentence-encoder.ts";
import { assertEncodeOptions, type EncodeTextsOptions, type Tokenise } from "./options.ts";
import { assertEncoder, assertTexts, padded, tokensOf } from "./tokens.ts";

const USUAL_BATCH = 32;

/**
 * A vector for each text. Texts of like length go through the encoder together, so that little is padding; between two batches the
 * host's other work has its turn.
 * @returns (texts, hiddenSize), which is yours to dispose @throws ValueError
 * @example const vectors = await encodeTexts(encoder, (text) => tokenizer.encode(text).ids, ["Hello", "Good morning"]);
 */
export async function encodeTexts(
  encoder: SentenceEncoder,
  tokenise: Tokenise,
  texts: readonly string[],
  options: EncodeTextsOptions = {},
): Promise<Tensor> {
  assertEncoder("encodeTexts", encoder, tokenise);
  assertTexts("encodeTexts", "texts", texts);
  assertEncodeOptions("encodeTexts", options);
  return await encoded("encodeTexts", encoder, tokenise, texts, options);
}

/** The same for what was looked at, in the name of another function. */
export async function encoded(
  op: string,
  encoder: SentenceEncoder,
  tokenise: Tokenise,
  texts: readonly string[],
  { batchSize = USUAL_BATCH, onProgress, signal }: EncodeTextsOptions,
): Promise<Tensor> {
  signal?.throwIfAborted();
  const tokens = tokensOf(op, encoder, tokenise, texts);
  const order = tokens.map((_, at) => at).toSorted((a, b) => (tokens[a]?.length ?? 0) - (tokens[b]?.length ?? 0));
  const size = encoder.bert.hiddenSize;
  const all = new Float32Array(texts.length * size);
  for (let start = 0; start < order.length; start += batchSize) {
    const places = order.slice(start, start + batchSize);
    const vectors = inCall(op, () =>
      scope(() => {
        const batch = padded(places.map((at) => tokens[at] ?? []));
        return inUse(encoder, () => encoder.forward(batch.tokens, { lengths: batch.lengths })).data();
      }),
    );
    for (const [row, at] of places.entries()) all.set(vectors.subarray(row * size, (row + 1) * size), at * size);
    onProgress?.({ texts: start + places.length, of: texts.length });
    await macrotask();
    signal?.throwIfAborted();
  }
  return fromArray<readonly number[]>(all, [texts.length, size]);
}
