/**
 * Does something again whenever it is asked to, never twice at a time. Of what is asked for meanwhile only the last counts,
 * so that work does not pile up behind a dragged control.
 */
export class Latest {
  private readonly action: () => Promise<void>;
  private current: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(action: () => Promise<void>) {
    this.action = action;
  }

  /** Settles once the action has been done with what holds now. */
  async run(): Promise<void> {
    if (this.current === undefined) {
      this.current = this.action().finally(() => (this.current = undefined));
      return this.current;
    }
    this.next ??= this.current
      .catch(() => {}) // whoever asked for it hears of its failure
      .then(async () => {
        this.next = undefined;
        return this.run();
      });
    return this.next;
  }
}
