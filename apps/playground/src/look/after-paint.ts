/** Milliseconds after which it is done in any case: a page that nobody sees has no frames. */
const LATEST = 100;

/** Does something once what was pressed stands on the screen: what takes longer to draw keeps no press waiting. */
export function afterPaint(action: () => void): void {
  let isDone = false;
  const once = (): void => {
    if (!isDone) action();
    isDone = true;
  };
  // A frame's own callbacks run before it is drawn, a task that they leave runs after.
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, LATEST);
}
