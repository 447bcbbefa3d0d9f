import { MediaQuery } from "svelte/reactivity";
import { recall, remember } from "./remembered.ts";

export type Scheme = "light" | "dark";

/** Light or dark: as chosen last, or as the system has it. Canvases need to know; style sheets find out by themselves. */
class SchemeChoice {
  private chosen: Scheme | undefined = $state();
  private readonly system: MediaQuery = new MediaQuery("prefers-color-scheme: dark", false);

  constructor() {
    const last = recall("unfold.scheme");
    if (last === "light" || last === "dark") this.apply(last);
  }

  get current(): Scheme {
    return this.chosen ?? (this.system.current ? "dark" : "light");
  }

  toggle(): void {
    const other = this.current === "dark" ? "light" : "dark";
    this.apply(other);
    remember("unfold.scheme", other);
  }

  /**
   * The style sheet goes by an attribute and not by the property itself: for browsers without light-dark() the build makes rules
   * of it, which go by rules only. It is set first: what is drawn anew for the choice asks the style sheet for its colours.
   */
  private apply(scheme: Scheme): void {
    document.documentElement.dataset["scheme"] = scheme;
    this.chosen = scheme;
  }
}

export const scheme: SchemeChoice = new SchemeChoice();
