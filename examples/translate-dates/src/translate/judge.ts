import type { AttentionSeq2Seq } from "@unfoldjs/sequence-layers";
import type { Example } from "../dates/data.ts";
import { translate, type Translation } from "./translate.ts";

/** Dates that are translated at once. */
const AT_ONCE = 250;
/** Characters of an ISO date that say the month. */
const MONTH = { start: 5, end: 7 };

export interface Translated extends Translation {
  readonly example: Example;
  readonly isRight: boolean;
}

/** How well a model translates some dates. */
export interface Judgement {
  readonly translated: readonly Translated[];
  /** Share of the dates that are right in every character. */
  readonly exactMatch: number;
  /** Of dates whose month is a word, how much of the attention lies on it while the month is written, one character more each side. */
  readonly attentionOnMonth: number;
  /** What it would be if each character were attended to alike. */
  readonly uniformOnMonth: number;
}

export async function judge(model: AttentionSeq2Seq, examples: readonly Example[]): Promise<Judgement> {
  const translated: Translated[] = [];
  for (let start = 0; start < examples.length; start += AT_ONCE) {
    const some = examples.slice(start, start + AT_ONCE);
    const found = await translate(
      model,
      some.map(({ text }) => text),
    );
    found.forEach((translation, at) => {
      const example = some[at] as Example;
      translated.push({ ...translation, example, isRight: translation.written === example.iso });
    });
  }
  const worded = translated.filter(({ example }) => example.month !== undefined);
  return {
    translated,
    exactMatch: mean(translated.map(({ isRight }) => Number(isRight))),
    attentionOnMonth: mean(worded.map(onMonth)),
    uniformOnMonth: mean(worded.map(({ example }) => spanOf(example).length / Array.from(example.text).length)),
  };
}

/** The places of the month's characters, and of one more on each side. */
function spanOf({ text, month }: Example): number[] {
  const length = Array.from(text).length;
  const [start, end] = [Math.max(0, (month?.start ?? 0) - 1), Math.min(length, (month?.end ?? 0) + 1)];
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function onMonth({ example, attention }: Translated): number {
  const span = spanOf(example);
  return mean(attention.slice(MONTH.start, MONTH.end).map((row) => span.reduce((sum, at) => sum + (row[at] ?? 0), 0)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
