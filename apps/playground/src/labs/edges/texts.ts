import type { InLanguages } from "../../frame/texts.ts";
import { en, type Texts } from "./texts.en.ts";
import { zh } from "./texts.zh.ts";

export const texts: InLanguages<Texts> = { en, zh };
