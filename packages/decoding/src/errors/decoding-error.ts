import { describe, isPromise } from "./describe.ts";

/** What an error can show of a value that came. */
export type Evidence = string | number | boolean | readonly number[] | undefined;

/**
 * The base of every error that this package throws on purpose: what was called, which rule failed, what came, the usual fix.
 * It has the fields of `UnfoldError` of `@unfoldjs/tensor-core`, whose `isUnfoldError` knows it by its code, and needs
 * none of that package. `code` is stable; messages may be reworded.
 */
export abstract class DecodingError extends Error {
  abstract readonly code: string;
  readonly op: string;
  readonly came: Readonly<Record<string, Evidence>>;
  readonly rule: string;
  readonly fix: string | undefined;

  /**
   * @param op the function that was called
   * @param came what it was given, by name
   * @param rule the rule that failed
   * @param fix what to do, if there is a usual thing
   */
  constructor(
    op: string,
    came: Readonly<Record<string, Evidence>>,
    rule: string,
    fix?: string,
    options?: ErrorOptions,
  ) {
    super(compose(op, came, rule, fix), options);
    this.op = op;
    this.came = came;
    this.rule = rule;
    this.fix = fix;
    this.name = new.target.name;
  }
}

/** An argument outside of what it may be. */
export class ValueError extends DecodingError {
  static override readonly name: string = "ValueError";
  readonly code = "UNFOLD_VALUE";
}

/** A `step`, `reorder` or `release` that failed, or gave something that cannot be searched: NaN, a wrong size, logits. */
export class ModelError extends DecodingError {
  static override readonly name: string = "ModelError";
  readonly code = "UNFOLD_MODEL";
}

/** A search that no hypothesis survives: a constraint or a processor that leaves nothing, a forced token of probability 0. */
export class SearchError extends DecodingError {
  static override readonly name: string = "SearchError";
  readonly code = "UNFOLD_SEARCH";
}

/** A step that did not come back before the time was up. */
export class BudgetError extends DecodingError {
  static override readonly name: string = "BudgetError";
  readonly code = "UNFOLD_BUDGET";
}

/**
 * The error for an argument of another kind than a function takes.
 * @param expected what it must be, as in "a whole number" @param fix what to do, where `value` does not say it itself
 */
export function wrongArgument(op: string, name: string, value: unknown, expected: string, fix?: string): ValueError {
  if (isPromise(value)) value.then(undefined, () => {}); // this error is told, and what became of the promise is nobody's
  const awaited = holdsPromise(value) ? "await it before the call" : fix;
  return new ValueError(op, { [name]: describe(value) }, `${name} must be ${expected}`, awaited);
}

function holdsPromise(value: unknown): boolean {
  return isPromise(value) || (Array.isArray(value) && value.some(isPromise));
}

function compose(op: string, came: Readonly<Record<string, Evidence>>, rule: string, fix: string | undefined): string {
  const names = Object.keys(came ?? {});
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines = names.map((name) => `\n  ${name.padEnd(width)}  ${show(came[name])}`);
  return `${show(op)}: ${show(rule)}${lines.join("")}${fix === undefined ? "" : `\n  fix: ${show(fix)}`}`;
}

function show(value: unknown): string {
  // What came from JavaScript may be anything, whatever its type says.
  if (Array.isArray(value)) return `[${value.map((each: unknown) => show(each)).join(", ")}]`;
  return typeof value === "string" ? value : describe(value);
}
