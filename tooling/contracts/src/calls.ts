import { tensorsIn } from "@unfoldjs/tensor-core";
import { giveBack, type Use } from "./contract.ts";
import type { Arguments } from "./kinds.ts";
import type { ClassRow, FunctionRow, Row } from "./row.ts";

/** One way into a package: a function, a constructor or a method, with right arguments for it. */
export interface Entry {
  readonly what: string;
  readonly call: Arguments;
  readonly use: Use;
  /** Whether an error may say that it is of this function. */
  readonly mayName: (op: string) => boolean;
}

type Exports = Readonly<Record<string, unknown>>;
type Called = (...inputs: readonly unknown[]) => unknown;
type Made = new (...inputs: readonly unknown[]) => object;

/** True for functions and classes; constants and tables are not called. */
export function isCalled(value: unknown): value is Called & Made {
  return typeof value === "function";
}

/** All that a package's rows say how to call. */
export function entriesOf(module: Exports, rows: Readonly<Record<string, Row>>): Entry[] {
  return Object.entries(rows).flatMap(([name, row]): Entry[] => {
    const called = module[name];
    if (!isCalled(called) || "none" in row) return [];
    if ("call" in row) return callsOf(name, called, row);
    return [...makingOf(name, called, row), ...methodsOf(name, called, row)];
  });
}

/**
 * What an error may say it is of: what was called, or what the row says is called by it. A word may follow it, as in "linear
 * weight". A function of which one argument is the name for errors says that.
 */
function saying(names: readonly string[], inside: readonly string[] = [], call: Arguments = {}): Entry["mayName"] {
  const given = call["op"]?.make();
  const known = new Set([...names, ...inside, given]);
  return (op) => known.has(op) || known.has(op.split(/ |'s /)[0]) || op === given;
}

/** A layer may also say the function that it is named after: `relu` of `ReLU`, `crossEntropy` of `CrossEntropyLoss`. */
function sayingOf(layer: string, method: string, inside?: readonly string[]): Entry["mayName"] {
  const isOwn = saying([layer, method, `${layer}.${method}`], inside);
  return (op) =>
    isOwn(op) || (method === "forward" && layer.toLowerCase().startsWith(op.split(" ")[0]?.toLowerCase() ?? "-"));
}

function callsOf(name: string, called: Called, { call, gives, inside }: FunctionRow): Entry[] {
  const mayName = saying([name], inside, call);
  const first: Entry = { what: name, call, use: (inputs) => called(...inputs), mayName };
  if (gives === undefined) return [first];
  const right = Object.values(call).map((kind) => kind.make());
  return [
    first,
    { what: `${name}(…)`, call: gives, use: (inputs) => (called(...right) as Called)(...inputs), mayName },
  ];
}

function makingOf(name: string, called: Made, { make, inside }: ClassRow): Entry[] {
  const mayName = saying([name], inside, isArguments(make) ? make : {});
  return isArguments(make)
    ? [{ what: `new ${name}`, call: make, use: (inputs) => new called(...inputs), mayName }]
    : [];
}

function methodsOf(name: string, called: Made, row: ClassRow): Entry[] {
  return Object.entries(row.methods).map(([method, call]) => {
    const instance = row.special?.[method] ?? row.instance ?? ((): object => made(called, row));
    const mayName = sayingOf(name, method, row.inside);
    return { what: `${name}.${method}`, call, use: onInstance(instance, method), mayName };
  });
}

/** An instance of right arguments; tensors among them are given back, as it holds what it needs of them. */
function made(called: Made, { make }: ClassRow): object {
  const inputs = isArguments(make) ? Object.values(make).map((kind) => kind.make()) : [];
  const instance = new called(...inputs);
  for (const handle of tensorsIn(inputs)) handle.dispose();
  return instance;
}

function isArguments(make: ClassRow["make"]): make is Arguments {
  return typeof make["none"] !== "string";
}

/** Calls a method of an instance made for this call, which is given back with the result. */
function onInstance(instance: () => object, method: string): Use {
  return (inputs) => {
    const subject = instance() as Readonly<Record<string, Called>>;
    let isWaitedFor = false;
    try {
      const result = subject[method]?.(...inputs);
      isWaitedFor = result instanceof Promise && !inputs.includes(result);
      if (isWaitedFor) return (result as Promise<unknown>).finally(() => giveBack(subject));
      return result === subject ? undefined : result;
    } finally {
      if (!isWaitedFor) giveBack(subject);
    }
  };
}

/** Methods of classes that have rows, and no row of their own: "Generator.uniform". */
export function methodsWithoutRow(module: Exports, rows: Readonly<Record<string, Row>>): string[] {
  return Object.entries(rows).flatMap(([name, row]) => {
    const called = module[name];
    if (!isCalled(called) || !("methods" in row)) return [];
    const known = new Set([...Object.keys(row.methods), ...(row.notPublic ?? []), "constructor"]);
    const own = Object.getOwnPropertyDescriptors(called.prototype as object);
    return Object.entries(own).flatMap(([method, { value }]) =>
      typeof value === "function" && !known.has(method) ? [`${name}.${method}`] : [],
    );
  });
}
