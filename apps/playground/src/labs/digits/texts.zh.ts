import type { Texts } from "./texts.en.ts";

export const zh: Texts = { name: "digits", title: "digits", why: "" };
