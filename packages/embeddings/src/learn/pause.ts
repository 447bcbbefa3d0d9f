/** Lets the host's other work in: rendering, timers, input, and signals. */
function macrotask(): Promise<void> {
  const host: { setImmediate?: (then: () => void) => unknown } = globalThis;
  return new Promise((resolve) => {
    if (host.setImmediate === undefined) setTimeout(resolve, 0);
    else host.setImmediate(() => resolve());
  });
}

/** Longest time without a pause, in milliseconds. */
const LONGEST_RUN = 50;

/** Pauses a loop often enough for a page, or a Ctrl-C, not to wait. */
export class Pace {
  private paused = performance.now();

  /** Call after each turn. */
  async turn(): Promise<void> {
    if (performance.now() - this.paused < LONGEST_RUN) return;
    await macrotask();
    this.paused = performance.now();
  }
}
