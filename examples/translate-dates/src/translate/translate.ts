import { greedySearch } from "@unfoldjs/decoding";
import type { AttentionSeq2Seq } from "@unfoldjs/sequence-layers";
import { concat, fromArray, full, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { numbersOf, PADDING, START, textOf } from "../dates/vocabulary.ts";

/** An ISO date has ten characters, always: nothing has to say where it ends. */
const DATE_LENGTH = 10;

/** (batch, time): before each token of the target stands the one before it, and before the first the start. */
export function stepInputs(target: Tensor<Shape, "i32">): Tensor<Shape, "i32"> {
  const starts = full([target.shape[0] ?? 0, 1], START, "i32");
  return concat<Tensor<Shape, "i32">[], number>([starts, target.slice(1, 0, -1)], 1);
}

/** What the model writes for a text. */
export interface Translation {
  readonly written: string;
  /** For each character that was written how much each character of the text was attended to: ten rows that add up to 1. */
  readonly attention: readonly Float32Array[];
}

/** Translates texts, all at once, by the likeliest token each time. */
export async function translate(model: AttentionSeq2Seq, texts: readonly string[]): Promise<Translation[]> {
  const numbers = texts.map(numbersOf);
  const longest = Math.max(1, ...numbers.map(({ length }) => length));
  const padded = numbers.flatMap((row) => [...row, ...Array<number>(longest - row.length).fill(PADDING)]);
  const source = fromArray(Int32Array.from(padded), [texts.length, longest]);
  const lengths = fromArray(Int32Array.from(numbers, ({ length }) => length));
  const sentences = model.start(source, { lengths });
  try {
    const found = await greedySearch({
      model: sentences,
      prompts: texts.map(() => [START]),
      minLength: DATE_LENGTH,
      maxLength: DATE_LENGTH,
    });
    return found.sentences.map(({ hypotheses: [best] }) => ({
      written: textOf([...(best?.tokens ?? [])]),
      attention: best?.attention ?? [],
    }));
  } finally {
    for (const tensor of [source, lengths]) tensor.dispose();
    sentences.dispose();
  }
}
