import type { Language } from "../../frame/languages.ts";
import type { LabTexts } from "../list.ts";

/** What other pages show of this lab too: they load nothing else of it. */
export const heading: Readonly<Record<Language, LabTexts>> = {
  en: {
    name: "Digits",
    title: "Train a network to read digits",
    why: "Press start and watch it learn from 12,000 handwritten digits, here in your browser. Then draw one yourself.",
  },
  zh: {
    name: "手写数字",
    title: "训练一个会认数字的网络",
    why: "按下开始，看它就在你的浏览器里，从 12,000 个手写数字中学起来。然后自己写一个让它认。",
  },
};
