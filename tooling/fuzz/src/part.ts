/** What is tried by a part of the fuzzer: plain data that `encode` can write. */
export interface Part<Subject = unknown> {
  readonly name: string;
  /** Whether what `--only` says names something in this part. */
  accepts(only: string): boolean;
  /** Tries subjects until the time is over. */
  explore(exploration: Exploration<Subject>): Promise<void>;
  /** What is wrong with one subject, in words. */
  check(subject: Subject): Promise<readonly string[]>;
  /** Subjects that are a little simpler, the boldest first. */
  simpler(subject: Subject): Iterable<Subject>;
  /** The subject in a line or two. */
  describe(subject: Subject): string;
}

/** One run of a part. */
export interface Exploration<Subject> {
  readonly seed: string;
  /** When to stop, in milliseconds since 1970. */
  readonly until: number;
  /** Words of `--only` that this part accepts; all of it if there are none. */
  readonly only: readonly string[];
  /** Says what is tried next, so that it is known if the process does not come back. */
  trying(subject: Subject): void;
  /** Hands in what came of one subject: nothing, if nothing is wrong. */
  tried(subject: Subject, problems: readonly string[]): Promise<void>;
  /** Counts for the closing line. */
  count(what: string, by?: number): void;
}
