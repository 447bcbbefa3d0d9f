import type { Language } from "./languages.ts";
import { recall, remember } from "./remembered.ts";

/** The language of the page: the address's, the one chosen last, or the browser's. */
class LanguageChoice {
  current: Language = $state(initial());

  choose(language: Language): void {
    this.current = language;
    remember("unfold.language", language);
  }
}

function initial(): Language {
  const wanted = new URLSearchParams(location.search).get("lang") ?? recall("unfold.language");
  return (wanted ?? navigator.language).startsWith("zh") ? "zh" : "en";
}

export const language: LanguageChoice = new LanguageChoice();
