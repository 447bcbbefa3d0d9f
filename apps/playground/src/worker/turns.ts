import { WorkerLostError } from "./lab-worker.ts";

/** Does one thing after the other, in the order in which they were asked for. */
export class Turns {
  private last: Promise<void> = Promise.resolve();

  /** Settles once the action has been done, or was ended by the loss of its worker. */
  take(action: () => Promise<void>): Promise<void> {
    const turn = this.last.then(action).catch(ignoreLoss);
    this.last = turn.catch(() => {}); // whoever asked for it hears of its failure
    return turn;
  }
}

/** A lost worker is dealt with by whoever starts its successor. @throws anything else */
export function ignoreLoss(error: unknown): undefined {
  if (!(error instanceof WorkerLostError)) throw error;
  return undefined;
}
