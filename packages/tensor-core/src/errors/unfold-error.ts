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
    super(compose(op, came, rule, fix, []), options);
    this.op = op;
    this.came = came;
    this.rule = rule;
    this.fix = fix;
    this.name = new.target.name; // subclasses say it themselves: bundlers shorten what a class is called
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
  const place = path.length > 0 ? `${op} in ${path.join(".")}` : op;
  const names = Object.keys(came);
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines = names.map((name) => `\n  ${name.padEnd(width)}  ${show(came[name])}`);
  return `${place}: ${rule}${lines.join("")}${fix === undefined ? "" : `\n  fix: ${fix}`}`;
}

function show(value: Evidence): string {
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  return String(value);
}
