import { elementOf } from "./element.ts";
import type { Example } from "./messages.ts";
import type { ClassTexts } from "./state.ts";

/** A class as it stands in the page. */
interface Card {
  readonly element: HTMLElement;
  readonly name: HTMLInputElement;
  readonly texts: HTMLTextAreaElement;
  readonly count: HTMLElement;
}

/** The classes that a person gives texts of. */
export class ClassCards {
  readonly #place: HTMLElement;
  readonly #onChange: () => void;
  #cards: Card[] = [];
  #made = 0;

  constructor(place: HTMLElement, onChange: () => void) {
    this.#place = place;
    this.#onChange = onChange;
  }

  /** Puts classes in the place of those that are there. */
  show(classes: readonly ClassTexts[]): void {
    for (const { element } of this.#cards) element.remove();
    this.#cards = [];
    for (const each of classes) this.add(each);
    this.#changed();
  }

  add({ name, texts }: ClassTexts): void {
    const number = ++this.#made;
    const element = document.createElement("div");
    element.className = "class";
    element.innerHTML = `<div class="class-head"><input type="text" autocomplete="off" /><span class="quiet number"></span><button class="button small" type="button">Remove</button></div><textarea rows="6" spellcheck="false"></textarea>`;
    const card: Card = {
      element,
      name: elementOf(element, "input", HTMLInputElement),
      texts: elementOf(element, "textarea", HTMLTextAreaElement),
      count: elementOf(element, ".number", HTMLElement),
    };
    card.name.value = name;
    card.name.setAttribute("aria-label", `Name of class ${number}`);
    card.texts.value = texts;
    card.texts.setAttribute("aria-label", `Texts of class ${number}, one a line`);
    const remove = elementOf(element, "button", HTMLButtonElement);
    remove.setAttribute("aria-label", `Remove class ${number}`);
    remove.addEventListener("click", () => {
      element.remove();
      this.#cards = this.#cards.filter((each) => each !== card);
      this.#changed();
    });
    element.addEventListener("input", () => this.#changed());
    this.#cards.push(card);
    this.#place.append(element);
    this.#changed();
  }

  get length(): number {
    return this.#cards.length;
  }

  examples(): Example[] {
    return this.#cards.flatMap((card) => textsOf(card).map((text) => ({ text, label: card.name.value.trim() })));
  }

  /** What is written, as it is written. */
  written(): ClassTexts[] {
    return this.#cards.map(({ name, texts }) => ({ name: name.value, texts: texts.value }));
  }

  /** What stands in the way of learning, in words; undefined if nothing does. */
  fault(): string | undefined {
    const names = this.#cards.map(({ name }) => name.value.trim());
    if (names.length < 2) return "There must be two classes at least: add one.";
    if (names.includes("")) return "Each class needs a name.";
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) return `Two classes are called "${twice}": give one another name.`;
    const empty = this.#cards.find((card) => textsOf(card).length === 0);
    if (empty !== undefined) return `The class "${empty.name.value.trim()}" has no text yet: write one a line.`;
    return undefined;
  }

  focusLast(): void {
    this.#cards.at(-1)?.name.select();
    this.#cards.at(-1)?.name.focus();
  }

  #changed(): void {
    for (const card of this.#cards) {
      const { length } = textsOf(card);
      card.count.textContent = `${length} ${length === 1 ? "text" : "texts"}`;
    }
    this.#onChange();
  }
}

function textsOf({ texts }: Card): string[] {
  const lines = texts.value.split("\n").map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ""))];
}
