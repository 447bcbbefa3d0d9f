/** A run that was ended before it was over. */
export class Unfinished extends Error {
  override readonly name = "Unfinished";
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    super(`not finished after ${milliseconds / 1000} s`);
    this.milliseconds = milliseconds;
  }
}

/** Why something that ran gave up, and after how long if it was ended. */
export interface Failure {
  readonly reason: string;
  /** milliseconds */
  readonly endedAfter?: number;
}

export function failureOf(error: unknown): Failure {
  const reason = reasonOf(error);
  return error instanceof Unfinished ? { reason, endedAfter: error.milliseconds } : { reason };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
