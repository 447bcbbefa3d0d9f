import type { Field } from "../../frame/address.ts";

const LETTERS = 26;
const FIRST = "A".charCodeAt(0);

/** The name of the i-th run, from 0 on: A to Z, then A2 to Z2, and so on. */
export function runName(i: number): string {
  const round = Math.floor(i / LETTERS);
  return String.fromCharCode(FIRST + (i % LETTERS)) + (round === 0 ? "" : String(round + 1));
}

/** Which run has a name: the inverse of `runName`. */
export function placeOfName(name: string): number {
  const round = name.length === 1 ? 0 : Number(name.slice(1)) - 1;
  return round * LETTERS + name.charCodeAt(0) - FIRST;
}

/** The first name that is not taken. */
export function freeName(taken: readonly string[]): string {
  for (let i = 0; ; i++) if (!taken.includes(runName(i))) return runName(i);
}

/** In an address. */
export const nameField: Pick<Field<string>, "read" | "write"> = {
  read: (text) => (/^[A-Z]([2-9]|[1-9]\d)?$/.test(text) ? text : undefined),
  write: (name) => name,
};
