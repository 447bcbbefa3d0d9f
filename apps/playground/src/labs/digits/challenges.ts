/** What somebody can be asked to do here. */
export const CHALLENGES = ["fail", "fast", "border", "dot"] as const;
export type Challenge = (typeof CHALLENGES)[number];

/** A drawing as it was made, which its picture does not tell any more: pictures are scaled to one size. */
export interface Sketch {
  /** How often the pen was set down since the sheet was empty. */
  readonly strokes: number;
  /** Whether all of the ink is within a dot of the pen. */
  readonly isDot: boolean;
}

/** What the network has just read. */
export interface Read {
  /** The likeliest digit, and how likely it says that it is. */
  readonly digit: number;
  readonly share: number;
  /** Of the network, on unseen digits. */
  readonly accuracy: number;
  /** What it was, for a digit that is known. */
  readonly label: number | undefined;
  /** How it was drawn, for a drawing. */
  readonly sketch: Sketch | undefined;
}

/** A network that has learned to read: before, anything is a mistake. */
const LEARNED = 0.9;
/** More likely than all other digits together. */
const SURE = 0.5;
const FAST = { steps: 200, accuracy: 0.98 } as const;
/** The digits of the challenge "border". */
const BORDER = { from: 4, to: 9 } as const;

/** Watches what is done, and knows which of the challenges it solves. */
export class Watcher {
  /** At which stroke of the drawing the network read a 4. */
  private readAsFour: number | undefined;

  /** @returns the challenges that are solved by what was read */
  hear({ digit, share, accuracy, label, sketch }: Read): Challenge[] {
    if (sketch === undefined) this.readAsFour = undefined;
    if (accuracy < LEARNED) return [];
    const solved: Challenge[] = [];
    if (label !== undefined && digit !== label) solved.push("fail");
    if (sketch === undefined) return solved;
    if (sketch.isDot && share >= SURE) solved.push("dot");
    if (this.readAsFour !== undefined && sketch.strokes > this.readAsFour && digit === BORDER.to) solved.push("border");
    if (this.readAsFour !== undefined && sketch.strokes < this.readAsFour) this.readAsFour = undefined; // another drawing
    if (digit === BORDER.from && share >= SURE) this.readAsFour ??= sketch.strokes;
    return solved;
  }
}

/** Whether a run has read as many digits, in as few steps, as the challenge "fast" asks for. */
export function isFast(milestones: readonly { readonly step: number; readonly accuracy: number }[]): boolean {
  return milestones.some(({ step, accuracy }) => step <= FAST.steps && accuracy >= FAST.accuracy);
}
