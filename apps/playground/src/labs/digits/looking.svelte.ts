import { Pin } from "../../look/pin.svelte.ts";
import { Latest } from "../../worker/latest.ts";
import type { Sketch } from "./challenges.ts";
import type { Inspection } from "./inspect.ts";
import type { ViewState } from "./link.ts";
import type { NetworkNumber } from "./network-number.ts";

/** What the network made of a picture. */
export interface Answer {
  readonly inspection: Inspection;
  /** Undefined for an empty sheet. */
  readonly picture: Float32Array | undefined;
  /** How the picture was drawn, if it was. */
  readonly sketch: Sketch | undefined;
}

/** Asks the network; undefined while nothing can be asked of it. */
type Ask = (
  picture: Float32Array,
  explained: number | undefined,
  number: NetworkNumber | undefined,
) => Promise<Inspection | undefined>;

/** What people look at, and what the network makes of it. */
export class Looking {
  inspection: Inspection | undefined = $state.raw();
  /** Wherever a sample or a drawing is looked at: (28, 28), 0 … 1. */
  picture: Float32Array | undefined = $state.raw();
  /** Goes up whenever the sheet is to be emptied. */
  cleared = $state(0);
  /** The class whose reasons are shown; the likeliest if undefined. */
  explained: number | undefined = $state();
  /** The number that is taken apart. */
  readonly pin: Pin<NetworkNumber>;

  private sketch: Sketch | undefined;
  private readonly ask: Ask;
  private readonly answered: (answer: Answer) => void;
  private readonly asking = new Latest(() => this.inspect());

  constructor({ drawing, why, number }: ViewState, ask: Ask, answered: (answer: Answer) => void) {
    this.picture = drawing;
    this.explained = why;
    this.pin = new Pin(number, () => void this.look());
    this.ask = ask;
    this.answered = answered;
  }

  /** Looks at a picture that was not drawn: the sheet is emptied. */
  async take(picture: Float32Array | undefined): Promise<void> {
    this.cleared++;
    await this.show(picture);
  }

  /** Looks at another picture. @param sketch how it was drawn, if it was */
  async show(picture: Float32Array | undefined, sketch?: Sketch): Promise<void> {
    this.picture = picture;
    this.sketch = sketch;
    this.explained = undefined;
    await this.look();
  }

  /** Asks for the reasons of a class, and pins its number; asked once more, lets both go. */
  explain(digit: number): void {
    const isLetGo = this.explained === digit;
    this.explained = isLetGo ? undefined : digit;
    const number: NetworkNumber = { layer: 3, map: digit, row: 0, column: 0 };
    const { pinned } = this.pin;
    if (isLetGo !== (pinned?.layer === 3 && pinned.map === digit)) void this.look();
    else this.pin.press(number);
  }

  /** Asks what the network makes of the picture. While an answer is under way, one more is asked for at most. */
  async look(): Promise<void> {
    await this.asking.run();
  }

  private async inspect(): Promise<void> {
    if (document.hidden) return; // it draws nothing, and looks again when it is seen
    const { picture, explained, pin, sketch } = this;
    const inspection = await this.ask(picture ?? new Float32Array(28 * 28), explained, pin.place);
    if (inspection === undefined) return;
    this.inspection = inspection;
    this.answered({ inspection, picture, sketch });
  }
}
