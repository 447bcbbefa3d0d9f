import { describe } from "../errors/describe.ts";
import { ValueError } from "../errors/index.ts";
import { assertBoolean, assertFromZero, assertNumber, assertOneOf } from "./checks.ts";
import { nearest } from "./nearest.ts";
import { wrongArgument } from "./wrong.ts";

/** Looks at one option. @throws ValueError */
export type Check = (op: string, name: string, value: unknown) => void;

/** A check for each option there is: one that is added to the type must be added here. */
export type OptionChecks<Options> = { readonly [Name in keyof Required<Options>]: Check };

/** Left to a check of its own, further on. */
export const checkedLater: Check = () => {};

/** An option that is true or false. */
export const truthValue: Check = assertBoolean;
/** An option that is a number, which may be infinite. */
export const anyNumber: Check = assertNumber;
/** An option that is a finite number from 0 up. */
export const fromZero: Check = assertFromZero;

/** One of a few words. */
export function oneOf(...words: readonly string[]): Check {
  return (op, name, value) => assertOneOf(op, name, value, words);
}

/**
 * Looks at the options of a function. One that is `undefined` counts as left out.
 * @throws ValueError unless they are an object, of no other names, and each is what its check wants
 */
export function checkOptions<Options extends object>(
  op: string,
  options: Options,
  checks: OptionChecks<Options>,
): void {
  const came: unknown = options;
  // Arrays, promises and the like are known by what is, or is not, in them.
  if (typeof came !== "object" || came === null) throw notOptions(op, came, Object.keys(checks));
  let isEmpty = true;
  // Also what is inherited: options may be made by `Object.create`.
  for (const name in came) {
    isEmpty = false;
    const check = (checks as Readonly<Record<string, Check | undefined>>)[name];
    if (check === undefined) throw unknownOption(op, came, name, Object.keys(checks));
    const value = (came as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined) check(op, name, value);
  }
  if (isEmpty && !isPlain(came)) throw notOptions(op, came, Object.keys(checks));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function notOptions(op: string, came: unknown, known: readonly string[]): ValueError {
  return wrongArgument(op, "options", came, `an object, as in { ${known.slice(0, 2).join(", ")} }`);
}

function unknownOption(op: string, options: object, name: string, known: readonly string[]): ValueError {
  if (!isPlain(options)) return notOptions(op, options, known);
  const near = nearest(name, known);
  const rule = known.length === 0 ? "there are no options" : `options are ${known.join(", ")}; there is no ${name}`;
  return new ValueError(
    op,
    { options: describe(options) },
    rule,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}
