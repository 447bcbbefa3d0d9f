import type { Claim } from "@unfoldjs/autograd";
import { randomFrom } from "../draw.ts";
import { callsOf, evaluate, mapped, type Noted, type NotedCall } from "../noted-calls.ts";
import type { ByName, OpCase, Row } from "../op-case.ts";
import type { Exact } from "../reference/exact.ts";
import { dependsOnItsOwn } from "./elementwise.ts";

/**
 * Proves on a row's calls what autograd's table claims of the op: that it is linear, linear in one input while the others
 * are held, or elementwise. Of other kinds of rows nothing is claimed.
 * @returns what is wrong, in words
 */
export function checkClaim(op: string, claim: Claim, opCase: OpCase, row: Row): string[] {
  return callsOf(op, opCase, row).flatMap((call) => {
    if (claim.kind === "elementwise") return dependsOnItsOwn(call);
    const names = Object.entries(call.inputs).flatMap(([name, { dtype }]) =>
      dtype === "f32" && (claim.inputs?.includes(name) ?? true) ? [name] : [],
    );
    if (names.length === 0) return [];
    if (claim.kind === "linear") return isLinear(call, names);
    if (claim.kind === "multilinear") return isMultilinear(call, names, claim.additive);
    return [];
  });
}

/** Neither their sum nor their difference is 1, where a constant beside something linear would not show. */
const [A, B] = [1.5, -0.75];
/** What sums in f32 may be off by, as a share of the largest number on the way. */
const TOLERANCE = 1e-4;

/** f(ax + by) = a f(x) + b f(y), x and y being all the inputs by these names. */
function isLinear(call: NotedCall, names: readonly string[]): string[] {
  const [x, y] = [drawn(call, names, "x"), drawn(call, names, "y")];
  return differences(evaluate(call, combined(A, x, B, y, names)), [
    [A, evaluate(call, x)],
    [B, evaluate(call, y)],
  ]).map((wrong) => `not linear in ${names.join(", ")}: ${wrong}`);
}

/**
 * Linear in each input while the others are held and what is only added is 0; and what is added has the same part in the
 * result whatever the others are, a linear one.
 */
function isMultilinear(call: NotedCall, names: readonly string[], additive: readonly string[]): string[] {
  const added = names.filter((name) => additive.includes(name));
  const factors = names.filter((name) => !additive.includes(name));
  const without = (inputs: ByName<Noted>): ByName<Noted> =>
    mapped(inputs, (input, name) => (added.includes(name) ? scaled(input, () => 0) : input));
  const [x, y] = [drawn(call, names, "x"), drawn(call, names, "y")];
  const inEach = factors.flatMap((name) => {
    const [one, other] = [without(x), without({ ...x, [name]: y[name] as Noted })];
    return differences(evaluate(call, combined(A, one, B, other, [name])), [
      [A, evaluate(call, one)],
      [B, evaluate(call, other)],
    ]).map((wrong) => `not linear in ${name} alone: ${wrong}`);
  });
  return [...inEach, ...added.flatMap((name) => isOnlyAdded(call, name, x, y))];
}

function isOnlyAdded(call: NotedCall, name: string, x: ByName<Noted>, y: ByName<Noted>): string[] {
  /** What the input adds to the result beside these others. */
  const part = (value: Noted, others: ByName<Noted>): ByName<Noted> => {
    const [withIt, without] = [
      evaluate(call, { ...others, [name]: value }),
      evaluate(call, { ...others, [name]: scaled(value, () => 0) }),
    ];
    return mapped(withIt, (result, of) => minus(result, without[of] as Noted));
  };
  const [first, second] = [x[name] as Noted, y[name] as Noted];
  const both = sum(A, first, B, second);
  return [
    ...differences(part(both, x), [
      [A, part(first, x)],
      [B, part(second, x)],
    ]).map((wrong) => `not linear in ${name}: ${wrong}`),
    ...differences(part(first, x), [[1, part(first, y)]]).map((wrong) => `${name} is not only added: ${wrong}`),
  ];
}

/** The call's inputs with other numbers in those that are named. */
function drawn({ inputs }: NotedCall, names: readonly string[], seed: string): ByName<Noted> {
  return mapped(inputs, (input, name) => {
    if (!names.includes(name)) return input;
    const random = randomFrom(`${seed} ${name}`);
    return scaled(input, () => Math.fround(2 * random() - 1));
  });
}

function combined(a: number, x: ByName<Noted>, b: number, y: ByName<Noted>, names: readonly string[]): ByName<Noted> {
  return mapped(x, (input, name) => (names.includes(name) ? sum(a, input, b, y[name] as Noted) : input));
}

function scaled({ exact, dtype }: Noted, f: (value: number) => number): Noted {
  return { dtype, exact: { shape: exact.shape, values: exact.values.map(f) } };
}

function sum(a: number, x: Noted, b: number, y: Noted): Noted {
  const values = x.exact.values.map((value, i) => a * value + b * (y.exact.values[i] ?? NaN));
  return { dtype: x.dtype, exact: { shape: x.exact.shape, values } };
}

function minus(x: Noted, y: Noted): Noted {
  return sum(1, x, -1, y);
}

/** Where a result is not the sum of the others by their factors. */
function differences(found: ByName<Noted>, parts: readonly (readonly [factor: number, of: ByName<Noted>])[]): string[] {
  return Object.entries(found).flatMap(([name, { exact, dtype }]) => {
    if (dtype !== "f32") return [];
    const terms = parts.map(([factor, of]) => [factor, (of[name] as Noted).exact] as const);
    const at = exact.values.findIndex((value, i) => !agrees(value, terms, i));
    if (at < 0) return [];
    const wanted = terms.reduce((total, [factor, { values }]) => total + factor * (values[at] ?? NaN), 0);
    return [`element ${at} of ${name} is ${exact.values[at]}, and ${wanted} by its parts`];
  });
}

function agrees(value: number, terms: readonly (readonly [number, Exact])[], at: number): boolean {
  const parts = terms.map(([factor, { values }]) => factor * (values[at] ?? NaN));
  // A mean of nothing is none, by itself and by its parts.
  if (Number.isNaN(value) && parts.every(Number.isNaN)) return true;
  const scale = Math.max(1, ...parts.map(Math.abs));
  return Math.abs(value - parts.reduce((total, part) => total + part, 0)) <= TOLERANCE * scale;
}
