import { type Lab, labs } from "./labs/list.ts";

/** A page: what stands in its head, and what it shows. Every lab is one. */
export type Page = Lab;

/** What stands at `/`. A page of its own for it takes the first lab's place here, and nowhere else. */
export const home: Page = firstLab();

/** The page that an address's path names. */
export function pageAt(path: string): Page {
  return labs.find(({ id }) => path.endsWith(`/${id}/`)) ?? home;
}

function firstLab(): Lab {
  const [lab] = labs;
  if (lab === undefined) throw new Error("src/labs/list.ts has no lab");
  return lab;
}
