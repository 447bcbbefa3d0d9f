import { isClass } from "../../errors/describe.ts";
import { assertBoolean, assertNumber, assertRecord } from "../../arguments/checks.ts";
import { wrongArgument } from "../../arguments/wrong.ts";

/**
 * Looks at the settings of a step: those that change are looked at when they are read.
 * @param numbers names of settings that are numbers @param truths names of those that are true or false
 * @param changing names of those that may be functions
 * @throws ValueError
 */
export function assertSettings(
  op: string,
  settings: object,
  numbers: readonly string[],
  truths: readonly string[],
  changing: readonly string[],
): void {
  assertRecord(op, "settings", settings, `an object of ${[...numbers, ...truths, ...changing].join(", ")}`);
  const values = settings as Readonly<Record<string, unknown>>;
  for (const name of numbers) assertNumber(op, name, values[name]);
  for (const name of truths) assertBoolean(op, name, values[name]);
  for (const name of changing) {
    const setting = values[name];
    const kind = name === "isFirst" ? "boolean" : "number";
    if (typeof setting === kind || (typeof setting === "function" && !isClass(setting))) continue;
    throw wrongArgument(op, name, setting, `a ${kind}, or a function that gives one`);
  }
}
