import type { CountPlan, CountProgress } from "@unfoldjs/embeddings/corpus";

const STEPS = { words: "Counting words", pairs: "Counting pairs", merge: "Merging parts" } as const;
const whole = (x: number): string => Math.round(x).toLocaleString("en");

/** "1.2 million", "13 thousand". */
export function large(x: number): string {
  if (x >= 1e9) return `${(x / 1e9).toPrecision(3)} billion`;
  if (x >= 1e6) return `${(x / 1e6).toPrecision(3)} million`;
  return whole(x);
}

export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toPrecision(3)} ${units[power]}`;
}

/** "12 s", "3 min", "4.1 h", "1,182 h". */
export function time(seconds: number): string {
  if (seconds < 90) return `${seconds.toPrecision(2)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 360_000 ? `${(seconds / 3600).toFixed(1)} h` : `${whole(seconds / 3600)} h`;
}

/** One line that is written over in a terminal, and a line for each step elsewhere. */
export class ProgressLine {
  private step: string | undefined;

  readonly show = (progress: CountProgress): void => {
    const line = lineOf(progress);
    if (process.stdout.isTTY) {
      if (this.step !== undefined && this.step !== progress.step) process.stdout.write("\n");
      process.stdout.write(`\r\u001B[K${line}`);
    } else if (progress.done === progress.total) console.log(line);
    this.step = progress.step;
  };

  end(): void {
    if (process.stdout.isTTY && this.step !== undefined) process.stdout.write("\n");
  }
}

function lineOf({ step, done, total, words, wordsPerSecond, secondsLeft }: CountProgress): string {
  const of = total === undefined ? "" : ` of ${whole(total)}`;
  const what = step === "merge" ? "files" : "documents";
  const left =
    done === total || secondsLeft === undefined || secondsLeft === Infinity ? "" : ` · ${time(secondsLeft)} left`;
  return `${STEPS[step].padEnd(15)} ${whole(done)}${of} ${what} · ${large(words)} words · ${large(wordsPerSecond)} words/s${left}`;
}

/** What so many words would take, and what breaks first, or comes nearest to it. @param isShort whether a look at it was measured */
export function planLine(words: number, { hours, bytes, limits: [first] }: CountPlan, isShort: boolean): string {
  const rates = isShort ? "by the rates of so short a run, which is mostly starting," : "by the rates of this run";
  const takes =
    `${large(words)} words on 8 machines of 16 cores, ${rates} take ${time(hours.total * 3600)} ` +
    `and move ${size(bytes.exchanged)} between machines.`;
  if (first === undefined) return takes;
  const used =
    first.used < 2 ? `${Math.round(100 * first.used)} % of its limit` : `${whole(first.used)} times its limit`;
  return `${takes}\n${first.used > 1 ? "What breaks first" : "What comes nearest to breaking"}: ${first.what}, ${used}. What helps: ${first.remedy}.`;
}
