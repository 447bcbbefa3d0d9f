/** Longest time without a pause, in milliseconds: what a page or a Ctrl-C may have to wait. */
const LONGEST_RUN = 50;

/** Lets the host's other work in: rendering, timers, input, signals, and the finalisers of dropped tensors. */
export function macrotask(): Promise<void> {
  const host: { setImmediate?: (then: () => void) => unknown } = globalThis;
  if (host.setImmediate !== undefined) return new Promise((resolve) => host.setImmediate?.(() => resolve()));
  // Timers in pages wait at least 4 ms; messages do not.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const done = (): void => {
      port1.close();
      resolve();
    };
    port1.addEventListener("message", done, { once: true });
    port1.start();
    port2.postMessage(undefined);
  });
}

/** When the host's other work was last let in by a loop of this package. There is one host, so there is one such time. */
let paused = -Infinity;

/** Says when a loop has to pause, so that the host never waits longer than 50 ms, or than one turn where that takes longer. */
export class Pace {
  private turned = performance.now();

  /** Call after each turn. Pauses if the next one, taking as long, would end too late. */
  async turn(): Promise<void> {
    const now = performance.now();
    const next = now + (now - this.turned);
    this.turned = now;
    if (next - paused < LONGEST_RUN) return;
    await macrotask();
    paused = this.turned = performance.now();
  }
}
