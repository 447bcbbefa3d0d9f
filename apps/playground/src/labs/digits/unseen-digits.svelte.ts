import type { ConfusionCell } from "./link.ts";
import type { Opened, Sample } from "./worker.ts";

/** The digits that the network is tried on and never learns from. */
export class UnseenDigits {
  /** Undefined until they are there. */
  opened: Opened | undefined = $state.raw();
  /** Those that were laid out, by place: one is the same picture whenever it is looked at. */
  private readonly taken = new Map<number, Sample>();
  private readonly fetch: (places: readonly number[]) => Promise<readonly Sample[] | undefined>;

  /** @param fetch undefined if nothing can be asked for now */
  constructor(fetch: (places: readonly number[]) => Promise<readonly Sample[] | undefined>) {
    this.fetch = fetch;
  }

  /** Those at some places. */
  async at(places: readonly number[]): Promise<Sample[]> {
    const missing = places.filter((place) => !this.taken.has(place));
    if (missing.length > 0) for (const digit of (await this.fetch(missing)) ?? []) this.keep(digit);
    return places.map((place) => this.taken.get(place)).filter((digit) => digit !== undefined);
  }

  /** The one whose picture this is, if it is one of them. */
  find(picture: Float32Array | undefined): Sample | undefined {
    if (picture === undefined) return undefined;
    const isIt = (candidate: Sample): boolean => candidate.picture === picture;
    return this.opened?.samples.find(isIt) ?? [...this.taken.values()].find(isIt);
  }

  /** Where those of a cell stand. @param readings what each of them was read as */
  placesOf({ was, read }: ConfusionCell, readings: Uint8Array | undefined): number[] {
    const { opened } = this;
    if (opened === undefined || readings === undefined) return [];
    return Array.from(opened.labels.keys()).filter((i) => opened.labels[i] === was && readings[i] === read);
  }

  /** How many of them are this digit. */
  totalOf(label: number): number {
    return this.opened?.labels.reduce((count, other) => count + (other === label ? 1 : 0), 0) ?? 0;
  }

  /** One of the ten samples is that and no other picture. */
  private keep(digit: Sample): void {
    const sample = this.opened?.samples.find(({ place }) => place === digit.place);
    this.taken.set(digit.place, sample ?? digit);
  }
}
