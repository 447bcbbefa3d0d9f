import type { Language } from "./languages.ts";

const REMEMBERED = "unfold.language";

/** The language of the page: the address's, the one chosen last, or the browser's. */
class LanguageChoice {
  current: Language = $state(initial());

  choose(language: Language): void {
    this.current = language;
    localStorage.setItem(REMEMBERED, language);
  }
}

function initial(): Language {
  const wanted = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(REMEMBERED);
  return (wanted ?? navigator.language).startsWith("zh") ? "zh" : "en";
}

export const language: LanguageChoice = new LanguageChoice();
