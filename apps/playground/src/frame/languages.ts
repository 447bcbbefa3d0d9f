/** The languages that every lab's texts are written in. */
export type Language = "en" | "zh";
