import { type AnyTensor, GradientError, tensorsIn, withHandler } from "@unfoldjs/tensor-core";
import { FirstRun } from "./first-run.ts";
import { Replay } from "./replay.ts";

/**
 * A piece of work that runs several times and gives the same each time: a later run draws the random numbers of the first
 * one, after which the generators stand where they stood, and does not write once more to buffers that were there before,
 * such as running statistics.
 */
export class Repeatable {
  private readonly seen: FirstRun;

  /** @param changing tensors that are meant to have other elements in later runs */
  constructor(changing: readonly AnyTensor[] = []) {
    this.seen = new FirstRun(changing);
  }

  first<R>(work: () => R): R {
    return withHandler(this.seen, work);
  }

  /** @throws GradientError if the result depends on something that was overwritten since the first run read it */
  again<R>(op: string, work: () => R): R {
    const now = Array.from(this.seen.draws.keys(), (source) => [source, source.state()] as const);
    for (const [source, before] of this.seen.draws) source.restore(before);
    const replay = new Replay(this.seen);
    try {
      const result = this.seen.withAll(() => withHandler(replay, work));
      for (const tensor of tensorsIn(result)) {
        if (!replay.isStale(tensor)) continue;
        throw new GradientError(
          op,
          { result: tensor.shape, "overwritten by": replay.writer },
          "the function runs again, and what it depends on was overwritten since",
          `take the gradient before ${replay.writer}, or let the function work on a clone()`,
        );
      }
      return result;
    } finally {
      for (const [source, state] of now) source.restore(state);
    }
  }

  release(): void {
    this.seen.release();
  }
}
