import { language } from "./language.svelte.ts";

/**
 * Milliseconds between two changes of the address: browsers refuse one that changes more than a hundred times in 30 seconds
 * (WebKit and Firefox; Chromium allows two hundred).
 */
const EVERY = 400;

/** Milliseconds that a change waits at least: to tell the browser takes longer than to draw what was pressed, which comes first. */
const SOON = 50;

/** Keeps the page's address at what is on the screen, without steps in its history. */
export class AddressBar {
  private wanted: string | undefined;
  private last = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows a state as soon as the address may change. */
  show(query: URLSearchParams): void {
    // A link that chose the language still does.
    if (new URLSearchParams(location.search).has("lang")) query.set("lang", language.current);
    const text = query.toString();
    this.wanted = `${location.pathname}${text === "" ? "" : `?${text}`}${location.hash}`;
    this.timer ??= setTimeout(() => this.write(), Math.max(SOON, this.last + EVERY - performance.now()));
  }

  /** A link to what is on the screen now. */
  link(): string {
    this.write();
    return location.href;
  }

  /** The page is left: nothing is written any more. */
  dispose(): void {
    clearTimeout(this.timer);
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.wanted === undefined || this.wanted === `${location.pathname}${location.search}${location.hash}`) return;
    history.replaceState(history.state, "", this.wanted);
    this.last = performance.now();
  }
}
