import type { Texts } from "./texts.en.ts";

export const zh: Texts = { name: "edges", title: "edges", why: "" };
