import { isClass } from "../../errors/describe.ts";
import { assertBoolean, assertNumber, assertRecord } from "../../arguments/checks.ts";
import { wrongArgument } from "../../arguments/wrong.ts";

/** Names of a step's settings by what they are. */
interface Names {
  readonly numbers: readonly string[];
  /** Those that are true or false. */
  readonly truths: readonly string[];
  /** Those that may be functions: they are looked at when they are read. */
  readonly changing: readonly string[];
}

/** A function that looks at the settings of a step, for each parameter: it throws a ValueError at one of another kind. */
export function settingsOf(op: string, { numbers, truths, changing }: Names): (settings: object) => void {
  const form = `an object of ${[...numbers, ...truths, ...changing].join(", ")}`;
  return (settings) => {
    assertRecord(op, "settings", settings, form);
    const values = settings as Readonly<Record<string, unknown>>;
    for (const name of numbers) assertNumber(op, name, values[name]);
    for (const name of truths) assertBoolean(op, name, values[name]);
    for (const name of changing) assertChanging(op, name, values[name]);
  };
}

function assertChanging(op: string, name: string, setting: unknown): void {
  const kind = name === "isFirst" ? "boolean" : "number";
  if (typeof setting === kind || (typeof setting === "function" && !isClass(setting))) return;
  throw wrongArgument(op, name, setting, `a ${kind}, or a function that gives one`);
}
