import { currentHandlers, isUnfoldError, memory, tensorsIn } from "@unfoldjs/tensor-core";
import { type Arguments, type Kind, numbers } from "./kinds.ts";
import { type Thing, thingNames, things } from "./things.ts";

/**
 * More of the processor than anything here takes: time on the clock depends on what else the machine does. A call that hangs is ended by
 * the watch (`watch.ts`).
 */
const SLOW_MS = 2000;

/** How one thing is called: on arguments that were made for this call alone. */
export type Use = (inputs: readonly unknown[]) => unknown;

/** One wrong thing in one place of otherwise right arguments. */
interface Attempt {
  /** "weight", "options.stride", "tensors[0]". */
  readonly place: string;
  readonly thing: Thing;
  /** Right arguments with the thing in its place. */
  readonly make: () => unknown[];
  /** Whether the call may do its work with it. */
  readonly mayWork: boolean;
  /** What an error about another kind of thing may call the place; one of them it must say. */
  readonly names: readonly string[];
  /** The option that the thing's place is a misspelling of: it must be refused, and this one be named. */
  readonly meant?: string;
}

/**
 * What is wrong with how calls answer wrong things; empty if nothing is.
 * @param note hears of each call before it is made @param mayName whether an error may say that it is of this function
 */
export async function faultsOf(
  call: Arguments,
  use: Use,
  note: (what: string) => void,
  mayName: (op: string) => boolean,
): Promise<string[]> {
  const faults: string[] = [];
  note("right arguments");
  const right = await outcome(() => Object.values(call).map((kind) => kind.make()), use);
  if (right.error !== undefined) faults.push(`right arguments: ${show(right.error)}`);
  faults.push(...right.faults.map((fault) => `right arguments: ${fault}`));
  if (right.error !== undefined) return faults; // all others would fail for the same reason
  for (const attempt of attemptsOf(call)) {
    const where = `${attempt.place} = ${attempt.thing}`;
    note(where);
    const { error, faults: found } = await outcome(attempt.make, use);
    faults.push(
      ...found.map((fault) => `${where}: ${fault}`),
      ...judge(attempt, error, mayName).map((fault) => `${where}: ${fault}`),
    );
  }
  return faults;
}

function judge({ mayWork, names, thing, meant }: Attempt, error: unknown, mayName: (op: string) => boolean): string[] {
  if (error === undefined) return mayWork ? [] : ["was taken without a word"];
  if (!isUnfoldError(error)) return [`gave a bare error: ${show(error)}`];
  const { code, message, fix } = error;
  if (meant !== undefined && fix !== `did you mean ${meant}?`)
    return [`does not say that ${meant} was meant: ${show(error)}`];
  if (code === "UNFOLD_RUNTIME") return [`stopped the core: ${show(error)}`];
  const faults: string[] = [];
  if (!mayName(error.op)) faults.push(`names ${error.op}, which was not called: ${show(error)}`);
  const isOfAnotherKind = thing !== "a disposed tensor" && !numbers.includes(thing);
  if (!mayWork && isOfAnotherKind && !names.some((name) => message.includes(name))) {
    faults.push(`does not say that it is ${names.join(" or ")}: ${show(error)}`);
  }
  if (!mayWork && /promise/.test(thing) && !/await|async/.test(fix ?? ""))
    faults.push(`does not say "await": ${show(error)}`);
  if (/\[object |\bundefined\b.*\bundefined\b.*\bundefined\b/.test(message))
    faults.push(`shows nothing of what came: ${show(error)}`);
  return faults;
}

/** Every thing in every place. */
function* attemptsOf(call: Arguments): Generator<Attempt> {
  const entries = Object.entries(call);
  for (const [at, [name, kind]] of entries.entries()) {
    for (const each of replacements(kind, name, [name])) {
      // In their order: one may be made from what was made before it.
      yield { ...each, make: () => entries.map(([, other], i) => (i === at ? each.make() : other.make())) };
    }
  }
}

interface Replacement extends Omit<Attempt, "make"> {
  readonly make: () => unknown;
}

/** Each thing in place of a value of this kind, of each of its fields, and among its elements. */
function* replacements(kind: Kind, place: string, names_: readonly string[]): Generator<Replacement> {
  if (kind.isLiteral === true) return;
  const names = [...names_, ...(kind.said ?? []), ...Object.keys(kind.fields ?? {})];
  for (const thing of thingNames) {
    if (kind.endless?.includes(thing) === true) continue;
    yield { place, names, thing, make: things[thing], mayWork: kind.takes.includes(thing) };
  }
  for (const [field, inner] of Object.entries(kind.fields ?? {})) {
    if (kind.hasNames === true) yield misspelt(kind, place, field);
    for (const each of replacements(inner, `${place}.${field}`, [field])) {
      yield { ...each, make: () => ({ ...without(field, kind.make() as object), [field]: each.make() }) };
    }
  }
  if (kind.element === undefined) return;
  for (const each of replacements(kind.element, `${place}[0]`, names)) {
    yield { ...each, make: () => [each.make(), ...withoutFirst(kind.make())] };
  }
}

/** Options of which one has its last letter twice. */
function misspelt(kind: Kind, place: string, field: string): Replacement {
  const wrong = field + field.slice(-1);
  return {
    place: `${place}.${wrong}`,
    names: [wrong],
    thing: "two",
    mayWork: false,
    meant: field,
    make: () => {
      const made = kind.make() as Readonly<Record<string, unknown>>;
      const renamed = Object.entries(made).map(([name, value]) => [name === field ? wrong : name, value] as const);
      return Object.fromEntries(renamed);
    },
  };
}

/** All elements but the first, which is given back. */
function withoutFirst(made: unknown): readonly unknown[] {
  if (!Array.isArray(made)) return [];
  const [first, ...rest] = made as unknown[];
  giveBack(first);
  return rest;
}

/** The fields, one of which is about to be replaced, and is given back. */
function without(field: string, made: object): object {
  giveBack((made as Readonly<Record<string, unknown>>)[field]);
  return made;
}

interface Outcome {
  readonly error: unknown;
  readonly faults: readonly string[];
}

/** Makes the arguments, calls, waits for what is waited for, and gives everything back. */
async function outcome(make: () => unknown[], use: Use): Promise<Outcome> {
  const before = memory();
  const faults: string[] = [];
  const inputs = make();
  const start = process.cpuUsage();
  let [result, error]: [unknown, unknown] = [undefined, undefined];
  try {
    result = use(inputs);
    if (isPromise(result) && !inputs.includes(result)) result = await result;
  } catch (thrown) {
    error = thrown ?? new Error("threw nothing");
  }
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1000;
  if (took > SLOW_MS) faults.push(`took ${Math.round(took)} ms of the processor`);
  if (currentHandlers() !== undefined) faults.push("left a handler in force");
  giveBack(result);
  for (const argument of inputs) giveBack(argument);
  const after = memory();
  if (after.tensors > before.tensors || after.bytes > before.bytes) {
    faults.push(`left ${after.tensors - before.tensors} tensors and ${after.bytes - before.bytes} bytes behind`);
  }
  return { error, faults };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

/** Gives back all that a value holds: tensors in it, and what has a `dispose` of its own, modules and optimisers. */
export function giveBack(value: unknown, depth = 0): void {
  if (typeof value !== "object" || value === null || depth > 5) return;
  for (const handle of tensorsIn(value)) handle.dispose();
  // An optimiser borrows its parameters: here nobody else holds them.
  if ("groups" in value && Array.isArray(value.groups)) for (const group of value.groups) giveBack(group, depth + 1);
  if ("dispose" in value && typeof value.dispose === "function") {
    value.dispose();
    return;
  }
  const isOpen =
    Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
  if (isOpen) for (const inner of Object.values(value)) giveBack(inner, depth + 1);
}

function show(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const frame = isUnfoldError(error)
    ? ""
    : ` (${
        error.stack
          ?.split("\n")
          .find((line) => line.includes("packages/"))
          ?.trim()
          .replace(/^.*packages\//, "") ?? "?"
      }`;
  return `${error.name}: ${error.message.replaceAll(/\s*\n\s*/g, " | ")}${frame}`;
}
