import type { Language } from "../../frame/languages.ts";
import type { LabTexts } from "../list.ts";

/** What other pages show of this lab too: they load nothing else of it. */
export const heading: Readonly<Record<Language, LabTexts>> = {
  en: {
    name: "Edges",
    title: "Nine numbers that find edges",
    why: "A 3 × 3 kernel slides over a picture, and edges come out. Point at the result to see where a number comes from.",
  },
  zh: {
    name: "边缘",
    title: "九个数，找出边缘",
    why: "3 × 3 的卷积核在图上一格一格滑过，边缘就显出来了。指一指结果，看每个数是怎么来的。",
  },
};
