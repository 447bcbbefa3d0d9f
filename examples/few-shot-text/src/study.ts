import type { KeptPoints } from "@unfoldjs/example-kit";
import { fewShotHead, type FewShotOptions } from "@unfoldjs/nn";
import { encodeTexts, setFit, type TuningProgress } from "@unfoldjs/sequence-layers";
import { fromArray, Generator, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import type { SentenceModel } from "./encoder.ts";
import { type Method, type Point, pointOf } from "./points.ts";
import type { Sizes } from "./sizes.ts";
import { firstOf, type Passage, type Split } from "./split.ts";

const textsOf = (passages: readonly Passage[]): string[] => passages.map(({ text }) => text);

/** A head alone, learned from the vectors of the first examples, for each amount of them: both ways take milliseconds. */
export async function studyHeads(
  model: SentenceModel,
  split: Split,
  seed: number,
  amounts: readonly number[],
  points: KeptPoints<Point>,
  onPoint: () => void,
): Promise<void> {
  const isDone = (amount: number): boolean =>
    pointOf(points, seed, amount, "head") !== undefined && pointOf(points, seed, amount, "chosen") !== undefined;
  if (amounts.every(isDone)) return;
  const encoder = model.load();
  const train = await encodeTexts(encoder, model.tokenise, textsOf(split.train));
  const test = await encodeTexts(encoder, model.tokenise, textsOf(split.test));
  encoder.dispose();
  const genres = [...new Set(split.train.map(({ genre }) => genre))];
  for (const amount of amounts) {
    const few = firstOf(split.train, amount);
    const labels = few.map(({ genre }) => genres.indexOf(genre));
    const asScikitLearn: FewShotOptions = { l2: 1 / few.length, standardise: false, calibrate: false };
    const ways: [Method, FewShotOptions][] = [
      ["head", asScikitLearn],
      ["chosen", {}],
    ];
    for (const [method, options] of ways) {
      if (pointOf(points, seed, amount, method) !== undefined) continue;
      const start = performance.now();
      const accuracy = scope(() => {
        const rows: Tensor = train.at(few.map((passage) => split.train.indexOf(passage)));
        const truth: Tensor<Shape, "i32"> = fromArray(Int32Array.from(labels));
        const { head } = fewShotHead(rows, truth, options);
        const answers = head.forward(test).argmax(1).data();
        head.dispose();
        return shareOf(split.test, (at) => genres[answers[at] ?? -1]);
      });
      await points.add({ seed, amount, method, accuracy, seconds: (performance.now() - start) / 1000 });
      onPoint();
    }
  }
  train.dispose();
  test.dispose();
}

/** An encoder tuned with the first examples, and a head on it. */
export async function studyTuned(
  model: SentenceModel,
  split: Split,
  seed: number,
  amount: number,
  { iterations }: Pick<Sizes, "iterations">,
  points: KeptPoints<Point>,
  onProgress: (progress: TuningProgress) => void,
): Promise<void> {
  const few = firstOf(split.train, amount);
  const start = performance.now();
  const classifier = await setFit(
    model.load(),
    model.tokenise,
    textsOf(few),
    few.map(({ genre }) => genre),
    { iterations, generator: new Generator(seed), onProgress },
  );
  const seconds = (performance.now() - start) / 1000;
  const answers = await classifier.classify(model.tokenise, textsOf(split.test));
  classifier.dispose();
  const accuracy = shareOf(split.test, (at) => answers[at]?.label);
  await points.add({ seed, amount, method: "tuned", accuracy, seconds });
}

function shareOf(passages: readonly Passage[], answer: (at: number) => string | undefined): number {
  return passages.filter(({ genre }, at) => answer(at) === genre).length / passages.length;
}
