/** What the terminal can show. */
export interface Terminal {
  readonly columns: number;
  /** 256 colours or more; without them pictures are made of characters. */
  readonly colour: boolean;
}

const USUAL_COLUMNS = 80;

/** The terminal that this program writes to, as far as it says so. NO_COLOR is respected (no-color.org). */
export function currentTerminal(): Terminal {
  const { stdout, env } = process;
  const colour = stdout.isTTY && env["NO_COLOR"] === undefined && stdout.hasColors(256);
  return { columns: stdout.columns ?? USUAL_COLUMNS, colour };
}

/** The 24 greys of the 256-colour palette, from black to white, by a share of 0 … 1. */
function grey(share: number): number {
  return 232 + Math.round(share * 23);
}

/** Text on a grey background, readable on it. */
export function onGrey(text: string, share: number): string {
  return `\x1b[48;5;${grey(share)};38;5;${share > 0.5 ? 16 : 231}m${text}\x1b[0m`;
}

/** Text in green or red. */
export function tinted(text: string, colour: "green" | "red"): string {
  return `\x1b[38;5;${colour === "green" ? 40 : 203}m${text}\x1b[0m`;
}

/** Two pixels, one above the other, in one character. */
export function pixelPair(upper: number, lower: number): string {
  return `\x1b[38;5;${grey(upper)};48;5;${grey(lower)}m▀\x1b[0m`;
}
