import type { CountProgress } from "./options.ts";

/** Milliseconds between two reports. */
const BETWEEN = 100;

/** Tells where a step is, not too often, and how long it took. */
export class StepWatch {
  private readonly began = performance.now();
  private last = performance.now();
  private documents = 0;
  private seen = 0;
  private readonly onProgress: ((progress: CountProgress) => void) | undefined;
  private readonly step: CountProgress["step"];
  private readonly total: number | undefined;
  private readonly before: { readonly done: number; readonly words: number };

  /** @param before what earlier runs did of it */
  constructor(
    onProgress: ((progress: CountProgress) => void) | undefined,
    step: CountProgress["step"],
    total: number | undefined,
    before: { readonly done: number; readonly words: number },
  ) {
    this.onProgress = onProgress;
    this.step = step;
    this.total = total;
    this.before = before;
  }

  /** Counts what was done. @param isPart whether a part has ended, which is told however soon */
  add(documents: number, words: number, isPart = false): void {
    this.documents += documents;
    this.seen += words;
    if (isPart || performance.now() - this.last >= BETWEEN) this.say();
  }

  say(): void {
    this.last = performance.now();
    const { total, before, documents, seen } = this;
    const seconds = Math.max((this.last - this.began) / 1000, 1e-6);
    const done = before.done + documents;
    this.onProgress?.({
      step: this.step,
      done,
      total,
      words: before.words + seen,
      wordsPerSecond: seen / seconds,
      secondsLeft:
        total === undefined
          ? undefined
          : documents === 0
            ? Infinity
            : (Math.max(total - done, 0) * seconds) / documents,
    });
  }

  get seconds(): number {
    return (performance.now() - this.began) / 1000;
  }
}
