import { OutputFolder } from "@unfoldjs/example-kit";
import type { Sequential } from "@unfoldjs/nn";
import { Generator, runtime } from "@unfoldjs/tensor-core";
import { accuracyChart } from "./chart.ts";
import { emojiStudy } from "./emoji.ts";
import { STAGES } from "./network.ts";
import { type Options, runWith } from "./options.ts";
import { Points } from "./points.ts";
import { ruleOf, tableOf } from "./report.ts";
import { type Method, nameOf, summarise } from "./summary.ts";
import { drawn, loadPictures, tasksOf } from "./tasks.ts";
import { moved, pretrained } from "./training.ts";

const METHODS: readonly Method[] = ["scratch", ...Array.from({ length: STAGES }, (_, at) => at + 1)];

await runWith((options) => (options.task === "emoji" ? emojiStudy(options) : study(options)));

/** Trains a network on five classes, moves it to the five others in each way and with each amount, and says what is best. */
async function study(options: Options): Promise<void> {
  const folder = await OutputFolder.open(options.out);
  const pictures = await loadPictures(options);
  const { seed: first, seeds, amounts, pretrain, epochs, steps, test } = options;
  const settings = { data: pictures.name, pretrain, epochs, steps, test }; // what a point follows from, beside its own
  const points = await Points.open(folder, settings, options.resume === true);
  console.log(
    pictures.name === "fashion"
      ? "Fashion-MNIST: five classes of clothes are learned first, then the five others from few pictures."
      : "MNIST: five digits are learned first, then the five others from few pictures. (Fashion-MNIST is not installed; it is the\n" +
          "more telling one: apt-get install dataset-fashion-mnist, or --from with a folder of its four files.)",
  );

  const all = seeds * amounts.length * METHODS.length;
  const began = performance.now();
  const before = points.of(first, seeds, amounts, METHODS).length;
  for (let seed = first; seed < first + seeds; seed++) {
    const isDone = (amount: number): boolean =>
      METHODS.every((method) => points.find(seed, amount, method) !== undefined);
    if (amounts.every(isDone)) continue;
    const tasks = tasksOf(pictures, seed, options);
    const start: Sequential = pretrained(tasks.first, epochs, seed);
    for (const amount of amounts) {
      const few = drawn(tasks.next, amount, new Generator(1000 * seed + amount)); // the same for all methods
      for (const method of METHODS) {
        if (points.find(seed, amount, method) !== undefined) continue;
        const outcome = await moved(
          method === "scratch" ? undefined : start,
          method === "scratch" ? STAGES : method,
          few,
          tasks.unseenNext,
          { steps: stepsFor(few.length, steps), seed },
        );
        await points.add({ seed, amount, method, ...outcome });
        const done = points.of(first, seeds, amounts, METHODS).length;
        const left = ((performance.now() - began) / 1000 / (done - before)) * (all - done);
        console.error(
          `${done}/${all}  repetition ${seed - first + 1}/${seeds}  ${amount} of a class  ${nameOf(method, STAGES).padEnd(13)} ` +
            `${(100 * outcome.accuracy).toFixed(1)} %  ${outcome.seconds.toFixed(1)} s  ${timeLeft(left)}`,
        );
      }
    }
    start.dispose();
  }

  const own = points.of(first, seeds, amounts, METHODS);
  const summary = summarise(own);
  const text = `${tableOf(summary, METHODS, STAGES)}\n\n${ruleOf(summary, seeds)}`;
  console.log(
    `\nAccuracy on ${test} unseen pictures of the new classes, in %, ± half a 95 % interval over ${seeds} repetitions:\n\n${text}`,
  );
  const metrics = {
    ...settings,
    seed: first,
    seeds,
    amounts,
    threads: runtime.info().threads,
    rule: summary.rule,
    results: summary.amounts.map(({ estimates, ...row }) => ({
      ...row,
      methods: Object.fromEntries([...estimates].map(([method, found]) => [nameOf(method, STAGES), found])),
    })),
    points: own,
  };
  await folder.write({
    "accuracy.svg": accuracyChart(
      `Five ${pictures.name === "fashion" ? "kinds of clothes" : "digits"} after five others`,
      summary,
      METHODS,
      STAGES,
    ),
    "table.md": `${text}\n`,
    "metrics.json": `${JSON.stringify(metrics, null, 2)}\n`,
  });
  console.log(
    `\nWritten to ${options.out}: accuracy.svg, table.md, metrics.json with every point, and points.json for --resume`,
  );
}

/** More pictures are worth more steps: three times as many for a thousand of each class. */
function stepsFor(pictures: number, least: number): number {
  return Math.round(least * (1 + Math.min(2, pictures / 2500)));
}

function timeLeft(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}
