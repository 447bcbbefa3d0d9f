import { describe, isPromise } from "./describe.ts";

/** What an error can show of a value that came: a shape, a dtype, a number, some text. */
export type Evidence = string | number | boolean | readonly number[] | undefined;

/**
 * The base of every error that Unfold throws on purpose. The message has four parts: which op, which rule failed, what
 * came, and the usual fix. `code` is stable: programs may compare it; messages may be reworded.
 */
export abstract class UnfoldError extends Error {
  abstract readonly code: string;
  /** The layers in which it happened, outermost first, as in `["encoder", "lstm", "1"]`. */
  readonly path: string[] = [];
  readonly op: string;
  readonly came: Readonly<Record<string, Evidence>>;
  readonly rule: string;
  readonly fix: string | undefined;

  /**
   * @param op the function that was called
   * @param came what it was given, by name; shapes as arrays
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
    const advice = awaiting(came) ?? fix;
    super(compose(op, came, rule, advice, []), options);
    this.op = op;
    this.came = came;
    this.rule = rule;
    this.fix = advice;
    this.name = new.target.name; // subclasses say it themselves: bundlers shorten what a class is called
  }

  /** Says the function that was called, where the one that refused is a part of it. */
  calledAs(op: string): this {
    (this as { op: string }).op = op;
    this.message = compose(op, this.came, this.rule, this.fix, this.path);
    return this;
  }

  /** Notes that the error passed through the layer `name` on its way out. */
  within(name: string): this {
    this.path.unshift(name);
    this.message = compose(this.op, this.came, this.rule, this.fix, this.path);
    return this;
  }
}

/** Also of an error that another copy of this package has thrown, which is of another class. */
export function isUnfoldError(error: unknown): error is UnfoldError {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("UNFOLD_")
  );
}

function compose(
  op: string,
  came: Readonly<Record<string, Evidence>>,
  rule: string,
  fix: string | undefined,
  path: readonly string[],
): string {
  const place = path.length > 0 ? `${show(op)} in ${path.map(show).join(".")}` : show(op);
  const names = Object.keys(came ?? {});
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines = names.map((name) => `\n  ${name.padEnd(width)}  ${show(came[name])}`);
  return `${place}: ${show(rule)}${lines.join("")}${fix === undefined ? "" : `\n  fix: ${show(fix)}`}`;
}

function show(value: Evidence): string {
  // What came from JavaScript may be anything, whatever its type says.
  const came: unknown = value;
  if (Array.isArray(came))
    return `[${came.map((each: unknown) => (isSimple(each) ? String(each) : describe(each))).join(", ")}]`;
  return isSimple(came) ? String(came) : describe(came);
}

/** What to do where a promise came for what it promises. */
function awaiting(came: Readonly<Record<string, unknown>>): string | undefined {
  const holdsPromise = (value: unknown): boolean => isPromise(value) || (Array.isArray(value) && value.some(isPromise));
  return Object.values(came ?? {}).some(holdsPromise) ? "await it before the call" : undefined;
}

function isSimple(value: unknown): boolean {
  return value === null || (typeof value !== "object" && typeof value !== "function" && typeof value !== "bigint");
}
