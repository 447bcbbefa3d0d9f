/**
 * Waits that all fail together once something is lost. `Promise.race` with one promise that stays open would keep something of
 * every wait for as long as that promise is there, which is as long as a page is open; this keeps nothing of a wait that is over.
 */
export class UntilLost {
  private readonly open = new Set<(loss: Error) => void>();
  private loss: Error | undefined;

  /** What a promise comes to. @throws the loss, if that comes before, or has come already */
  async wait<Result>(coming: Promise<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    coming.then(resolve, reject);
    if (this.loss !== undefined) reject(this.loss);
    this.open.add(reject);
    try {
      return await promise;
    } finally {
      this.open.delete(reject);
    }
  }

  /** Ends all waits, and those that are still to come. */
  lose(loss: Error): void {
    this.loss ??= loss;
    for (const reject of this.open) reject(this.loss);
  }
}
