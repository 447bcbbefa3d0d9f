import { currentTerminal, lossCurveToSvg, tinted } from "@unfoldjs/example-kit";
import { encodeModel } from "@unfoldjs/nn";
import { type AttentionSeq2Seq, layers } from "@unfoldjs/sequence-layers";
import { runtime } from "@unfoldjs/tensor-core";
import { dataHash } from "../dates/data.ts";
import type { Options } from "../options.ts";
import type { Judgement, Translated } from "../translate/judge.ts";
import type { Cost } from "./attention-cost.ts";
import { attentionCostToSvg } from "./attention-cost-svg.ts";
import { attentionToSvg } from "./attention-svg.ts";
import { drawAttention } from "./attention-text.ts";

/** Dates that were not learned, in formats that were, in formats that were not, and in languages that were not. */
export interface Judged {
  readonly seen: Judgement;
  readonly unseenFormats: Judgement;
  readonly otherLanguages: Judgement;
}

const SHOWN = 6;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The results as text. */
export function drawResults(
  { seen, unseenFormats, otherLanguages }: Judged,
  cost: readonly Cost[],
  seconds: number,
): string {
  const terminal = currentTerminal();
  const line = ({ example, written, isRight }: Translated): string => {
    const mark = isRight ? "✓" : "✗";
    return `  ${terminal.colour ? tinted(mark, isRight ? "green" : "red") : mark} ${written}  ${example.text}`;
  };
  const mistakes = [seen, unseenFormats, otherLanguages].flatMap(({ translated }) =>
    translated.filter(({ isRight }) => !isRight),
  );
  const shown = exampleToShow(seen);
  return `
${seen.translated.slice(0, SHOWN).map(line).join("\n")}
${mistakes.length === 0 ? "" : `\nIts mistakes, some of them:\n\n${mistakes.slice(0, SHOWN).map(line).join("\n")}\n`}
Where it looked while it wrote:

${shown === undefined ? "" : drawAttention(shown.example.text, shown.written, shown.attention, terminal)}

Right in every character, of dates that it had never seen:
  formats that it learned     ${percent(seen.exactMatch)} of ${seen.translated.length}
  formats that it did not     ${percent(unseenFormats.exactMatch)} of ${unseenFormats.translated.length}
  languages that it did not   ${percent(otherLanguages.exactMatch)} of ${otherLanguages.translated.length}
While it writes the month, ${percent(seen.attentionOnMonth)} of its attention is on the month's name (${percent(seen.uniformOnMonth)} if it looked everywhere alike).
${sayCost(cost)}
Trained in ${seconds.toFixed(1)} s.`;
}

/** A full date with its month in words: the more there is to look at, the more one sees. */
function exampleToShow({ translated }: Judgement): Translated | undefined {
  return translated.find(
    ({ example, isRight }) => isRight && example.month !== undefined && example.format.style === "full",
  );
}

function sayCost(costs: readonly Cost[]): string {
  const of = (length: number): Cost | undefined =>
    costs.find(({ sourceLength, targetLength }) => sourceLength === length && targetLength === length);
  const [short, long] = [of(32), of(64)];
  if (short === undefined || long === undefined) return "";
  const [pairs, time] = [long.pairs / short.pairs, long.milliseconds / short.milliseconds];
  return `Sentences twice as long, read and written, make it compare ${pairs} × as many places; the decoder took ${time.toFixed(1)} × the time.`;
}

/** What is kept of a run, by file name. */
export function resultFiles(
  model: AttentionSeq2Seq,
  {
    judged: { seen, unseenFormats, otherLanguages },
    cost,
    losses,
    seconds,
  }: {
    readonly judged: Judged;
    readonly cost: readonly Cost[];
    readonly losses: readonly number[];
    readonly seconds: number;
  },
  { dates, epochs, hidden, seed }: Options,
): Record<string, Uint8Array | string> {
  const metrics = {
    exactMatch: seen.exactMatch,
    exactMatchUnseenFormats: unseenFormats.exactMatch,
    exactMatchOtherLanguages: otherLanguages.exactMatch,
    attentionOnMonth: seen.attentionOnMonth,
    uniformAttentionOnMonth: seen.uniformOnMonth,
    trainSeconds: seconds,
    judged: seen.translated.length,
    dates,
    epochs,
    hidden,
    seed,
    threads: runtime.info().threads, // those that share the work by now
    finalLoss: losses.at(-1),
    parameters: model.parameterCount,
    dataHash: dataHash(),
    attentionCost: cost,
  };
  const shown = exampleToShow(seen);
  return {
    "model.safetensors": encodeModel(model, { layers }),
    "loss-curve.svg": lossCurveToSvg(losses, epochs, `Loss of the translation of dates, seed ${seed}`),
    ...(shown !== undefined && { "attention.svg": attentionToSvg(shown.example.text, shown.written, shown.attention) }),
    "attention-cost.svg": attentionCostToSvg(cost),
    "metrics.json": `${JSON.stringify(metrics, null, 2)}\n`,
  };
}

/** Where the results are, and what one could do now. */
export function nextSteps({ epochs, out }: Options): string {
  return `
Written to ${out}:
  model.safetensors    the weights, and how to build the model
  attention.svg        where it looked while it wrote one of the dates
  attention-cost.svg   what attention costs by the lengths of source and target
  loss-curve.svg       how it learned
  metrics.json         the numbers above

What to try next:
  npm run example translate-dates -- --epochs ${2 * epochs}    longer training
  npm run example translate-dates -- --hidden 32   a smaller model
  examples/translate-dates/src/main.ts is all there is to it: take the attention out, or teach it another calendar`;
}
