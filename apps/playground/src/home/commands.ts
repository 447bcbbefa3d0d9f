import type { HomeTexts } from "./texts.en.ts";

/** What a clone is tried with: commands, and what each does. */
export const COMMANDS = [
  { line: "npm start", does: "starts" },
  { line: "npm run demo", does: "demo" },
  { line: "npm test", does: "test" },
] as const satisfies readonly { readonly line: string; readonly does: keyof HomeTexts }[];
