import { ValueError } from "@unfoldjs/tensor-core";
import type { Vocabulary } from "../text/vocabulary.ts";

/** Says before a training, and not behind it, that its vectors could not be had. @throws ValueError if a word is empty */
export function assertLearnable(op: string, { words }: Vocabulary): void {
  const index = words.indexOf("");
  if (index < 0) return;
  const fix = 'words(text, { by: "whitespace" }) makes none, as text.split(" ") does of two spaces';
  throw new ValueError(op, { index }, "a word has at least one character", fix);
}
