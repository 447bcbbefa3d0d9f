import { MediaQuery } from "svelte/reactivity";

export type Scheme = "light" | "dark";

const REMEMBERED = "unfold.scheme";

/** Light or dark: as chosen last, or as the system has it. Canvases need to know; style sheets find out by themselves. */
class SchemeChoice {
  private chosen: Scheme | undefined = $state(remembered());
  private readonly system: MediaQuery = new MediaQuery("prefers-color-scheme: dark", false);

  get current(): Scheme {
    return this.chosen ?? (this.system.current ? "dark" : "light");
  }

  /**
   * Sets what the style sheet goes by. To be called within an effect. An attribute and not the property itself: for browsers
   * without light-dark() the build makes rules of it, which go by rules only.
   */
  apply(): void {
    const { dataset } = document.documentElement;
    if (this.chosen === undefined) delete dataset["scheme"];
    else dataset["scheme"] = this.chosen;
  }

  toggle(): void {
    this.chosen = this.current === "dark" ? "light" : "dark";
    localStorage.setItem(REMEMBERED, this.chosen);
  }
}

function remembered(): Scheme | undefined {
  const value = localStorage.getItem(REMEMBERED);
  return value === "light" || value === "dark" ? value : undefined;
}

export const scheme: SchemeChoice = new SchemeChoice();
