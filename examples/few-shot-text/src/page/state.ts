import { FIRST, SAMPLES } from "./samples.ts";

/** What a person has written: all that a link to the page holds. */
export interface PageState {
  readonly classes: readonly ClassTexts[];
  /** What is asked of. */
  readonly asked: string;
}

/** A class as it is written: its name, and one text a line. */
export interface ClassTexts {
  readonly name: string;
  readonly texts: string;
}

/** Where the page begins. */
export const EXAMPLE: PageState = {
  classes: SAMPLES.map(({ name, texts }) => ({ name, texts: texts.join("\n") })),
  asked: FIRST,
};

/** Characters that an address may have: browsers take more, what links are pasted into often does not. */
export const LONGEST = 60_000;

/**
 * The fragment of an address that `readState` makes the same state of, "" for the example. A fragment is not sent to any server,
 * and so no text leaves the page.
 * @returns undefined of more text than an address can have
 */
export function writeState({ classes, asked }: PageState): string | undefined {
  const query = new URLSearchParams();
  const isExample = JSON.stringify(classes) === JSON.stringify(EXAMPLE.classes);
  for (const { name, texts } of isExample ? [] : classes) query.append("class", `${name}\n${texts}`);
  if (asked !== EXAMPLE.asked) query.set("asked", asked);
  if (!isExample && classes.length === 0) query.set("class", "");
  const text = query.toString();
  return text.length > LONGEST ? undefined : text;
}

/** The state that a fragment holds; what it says nothing of is as in the example. */
export function readState(fragment: string): PageState {
  const query = new URLSearchParams(fragment.replace(/^#/, ""));
  const given = query.getAll("class");
  const classes = given
    .filter((text) => text !== "")
    .map((text) => {
      const [name = "", ...texts] = text.split("\n");
      return { name, texts: texts.join("\n") };
    });
  return { classes: given.length > 0 ? classes : EXAMPLE.classes, asked: query.get("asked") ?? EXAMPLE.asked };
}
