import { language } from "./language.svelte.ts";
import type { Language } from "./languages.ts";
import { en } from "./texts.en.ts";
import { zh } from "./texts.zh.ts";

/** Texts in every language. */
export type InLanguages<Texts> = Readonly<Record<Language, Texts>>;

/** Those in the language of the page; what reads them is drawn anew when it changes. */
export function inLanguage<Texts>(texts: InLanguages<Texts>): Texts {
  return texts[language.current];
}

/** The texts of the frame. */
export const frameTexts: InLanguages<typeof en> = { en, zh };
