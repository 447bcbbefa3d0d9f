import { SvelteSet } from "svelte/reactivity";
import { recall, remember } from "../../frame/remembered.ts";
import { type Challenge, CHALLENGES, isFast, type Read, Watcher } from "./challenges.ts";
import type { Answer } from "./looking.svelte.ts";
import type { Report } from "./report.ts";

/** The challenges that have been solved, here or on an earlier visit. */
export class Solved {
  readonly all: SvelteSet<Challenge>;
  private readonly watcher = new Watcher();

  constructor() {
    const names = recall("unfold.digits.solved")?.split(" ") ?? [];
    this.all = new SvelteSet(CHALLENGES.filter((challenge) => names.includes(challenge)));
  }

  /** The network has read something. @param accuracy of unseen digits @param label what it was, if that is known */
  hearAnswer(
    { inspection: { probabilities }, picture, sketch }: Answer,
    accuracy: number,
    label: number | undefined,
  ): void {
    const share = Math.max(...probabilities);
    const read: Read = {
      digit: probabilities.indexOf(share),
      share,
      accuracy,
      label,
      sketch: picture === undefined ? undefined : sketch, // what it reads into an empty sheet is no answer
    };
    this.add(this.watcher.hear(read));
  }

  /** The network has been trained on. */
  hearReport({ milestones }: Report): void {
    if (isFast(milestones)) this.add(["fast"]);
  }

  private add(challenges: readonly Challenge[]): void {
    if (challenges.every((challenge) => this.all.has(challenge))) return;
    for (const challenge of challenges) this.all.add(challenge);
    remember("unfold.digits.solved", [...this.all].join(" "));
  }
}
