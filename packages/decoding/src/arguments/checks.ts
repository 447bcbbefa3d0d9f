import { isClass } from "../errors/describe.ts";
import { ValueError, wrongArgument } from "../errors/decoding-error.ts";
import { nearest } from "./nearest.ts";

/** Looks at one value. @throws ValueError */
export type Check = (op: string, name: string, value: unknown) => void;

/** A check for each option there is: one that is added to the type must be added here. */
export type Checks<Options> = { readonly [Name in keyof Required<Options>]: Check };

export const finite: Check = (op, name, value) => {
  if (!Number.isFinite(value)) throw wrongArgument(op, name, value, "a finite number");
};

/** A number, of which there is no saying; −∞ is one, NaN is not. */
export const number: Check = (op, name, value) => {
  if (typeof value !== "number" || Number.isNaN(value)) throw wrongArgument(op, name, value, "a number");
};

export const boolean: Check = (op, name, value) => {
  if (typeof value !== "boolean") throw wrongArgument(op, name, value, "true or false");
};

export const string: Check = (op, name, value) => {
  if (typeof value !== "string") throw wrongArgument(op, name, value, "a string");
};

export const callable: Check = (op, name, value) => {
  if (typeof value !== "function" || isClass(value)) {
    throw wrongArgument(op, name, value, "a function", "pass the function, not what it returns");
  }
};

export const signal: Check = (op, name, value) => {
  const isSignal = typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
  if (!isSignal) throw wrongArgument(op, name, value, "an AbortSignal", "new AbortController().signal");
};

/** A whole number from `least` up, or to `most`. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): Check {
  return (op, name, value) => {
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
      const range = most === Number.MAX_SAFE_INTEGER ? `${least} up` : `${least} to ${most}`;
      throw wrongArgument(op, name, value, `a whole number from ${range}`);
    }
  };
}

/** A number from `least` to `most`; without `least` itself if `above`. */
export function between(least: number, most: number, above = false): Check {
  const range =
    most === Infinity ? `${above ? "above" : "from"} ${least}${above ? "" : " up"}` : `from ${least} to ${most}`;
  return (op, name, value) => {
    const isInside = typeof value === "number" && (above ? value > least : value >= least) && value <= most;
    if (!isInside || value === Infinity) {
      throw wrongArgument(
        op,
        name,
        value,
        `a number ${range}${above && most !== Infinity ? `, ${least} excluded` : ""}`,
      );
    }
  };
}

export function oneOf(...words: readonly unknown[]): Check {
  return (op, name, value) => {
    if (!words.includes(value))
      throw wrongArgument(op, name, value, words.map((word) => JSON.stringify(word)).join(" or "));
  };
}

/** An array, each element of which a check looks at. */
export function list(element: Check, of = "an array"): Check {
  return (op, name, value) => {
    if (!Array.isArray(value)) throw wrongArgument(op, name, value, of);
    for (let at = 0; at < value.length; at++) element(op, `${name}[${at}]`, value[at]);
  };
}

/** Such an array, with something in it. */
export function filled(element: Check, of: string): Check {
  return (op, name, value) => {
    list(element, of)(op, name, value);
    if ((value as readonly unknown[]).length === 0) throw wrongArgument(op, name, value, `${of}, at least one`);
  };
}

/** Token numbers, in an array or an `Int32Array`. */
export const tokens: Check = (op, name, value) => {
  if (!Array.isArray(value) && !(value instanceof Int32Array))
    throw wrongArgument(op, name, value, "an array of tokens");
  for (const [at, token] of value.entries()) assertToken(op, `${name}[${at}]`, token);
};

const LARGEST_TOKEN = 2 ** 31 - 1;

export function assertToken(op: string, name: string, value: unknown): asserts value is number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > LARGEST_TOKEN) {
    throw wrongArgument(op, name, value, "a token: a whole number from 0 up, below the size of the vocabulary");
  }
}

/** A plain object: made with braces, and not of a class. */
export const record: Check = (op, name, value) => {
  const prototype: unknown = typeof value === "object" && value !== null ? Object.getPrototypeOf(value) : undefined;
  const isPlain = prototype === Object.prototype || prototype === null;
  if (!isPlain || "then" in (value as object)) throw wrongArgument(op, name, value, "a plain object");
};

/** A check of an object's fields; others than these are refused. */
export function fields<Options>(checks: Checks<Options>, ...required: readonly (keyof Options & string)[]): Check {
  return (op, name, value) => checkOptions(op, value, checks as Checks<object>, required, name);
}

/** The check, where what is left out is not looked at. */
export function optional(check: Check): Check {
  return (op, name, value) => {
    if (value !== undefined) check(op, name, value);
  };
}

/**
 * Looks at the options of a function. One that is `undefined` counts as left out.
 * @throws ValueError unless they are a plain object, of no other names, with all that are required
 */
export function checkOptions<Options>(
  op: string,
  options: unknown,
  checks: Checks<Options>,
  required: readonly string[] = [],
  name = "options",
): void {
  const known = Object.keys(checks);
  record(op, name, options);
  const came = options as Readonly<Record<string, unknown>>;
  for (const field of Object.keys(came)) {
    const check = (checks as Readonly<Record<string, Check | undefined>>)[field];
    if (check === undefined) throw unknownOption(op, name, field, known);
    if (came[field] !== undefined) check(op, placeOf(name, field), came[field]);
  }
  const missing = required.find((field) => came[field] === undefined);
  if (missing !== undefined) throw wrongArgument(op, placeOf(name, missing), undefined, "given");
}

function placeOf(name: string, field: string): string {
  return name === "options" ? field : `${name}.${field}`;
}

function unknownOption(op: string, name: string, field: string, known: readonly string[]): ValueError {
  const near = nearest(field, known);
  const fix = near === undefined ? undefined : `did you mean ${near}?`;
  return new ValueError(op, { [name]: field }, `${name} has the fields ${known.join(", ")}; there is no ${field}`, fix);
}

/** Calls each check on the argument that it is named for. */
export function checkArguments(op: string, ...checked: readonly (readonly [string, unknown, Check])[]): void {
  for (const [name, value, check] of checked) check(op, name, value);
}
