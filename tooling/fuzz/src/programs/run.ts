import { type ByName, type Exact, type OpCase, type Row, table, type TableEntry } from "@unfoldjs/op-cases";
import { type AnyTensor, data, memory, type MemoryUse, RuntimeError, UnfoldError } from "@unfoldjs/tensor-core";
import { knownTo } from "./special.ts";
import { allowance } from "./tolerance.ts";
import { place } from "./place.ts";
import { attributesOf, type Available, callText } from "./draw.ts";
import { processorTimeSince } from "../processor-time.ts";
import type { Call, Given } from "./program.ts";

/** Milliseconds of the processor that one call may take. */
const SLOW = 2000;
/** Elements of all inputs of a call from which on it is not compared: references take their time. */
const MOST_COMPARED = 12_000;
/** Beyond it a result is taken by no call whose rows do not tell of such: exponentials end at 88. */
const TAME = 64;
/** Wrong elements that are shown. */
const SHOWN = 3;

interface Held extends Available {
  readonly tensor: AnyTensor;
  /** What it held when it was made. */
  readonly values: ArrayLike<number>;
  /** The call that gave it. */
  readonly by: string;
}

const entries: ReadonlyMap<string, TableEntry> = new Map(table.map((entry) => [entry.name, entry]));

/** How the calls of a run went, for what is said at the end. */
export interface Tally {
  computed: Map<string, number>;
  refused: number;
}

/** Runs calls one after the other, and looks at each. At its end nothing may be left. */
export class Run {
  readonly #before: MemoryUse = memory();
  readonly #held: Held[] = [];
  #calls = 0;
  readonly #entryOf: (name: string) => TableEntry | undefined;
  readonly tally: Tally;

  constructor(
    tally: Tally = { computed: new Map(), refused: 0 },
    entryOf: (name: string) => TableEntry | undefined = (name) => entries.get(name),
  ) {
    this.tally = tally;
    this.#entryOf = entryOf;
  }

  get available(): readonly Available[] {
    return this.#held;
  }

  /** Makes one call. @returns what is wrong with it, in words */
  call(call: Call): string[] {
    const entry = this.#entryOf(call.op);
    const number = this.#calls++;
    if (entry === undefined) return []; // a kept failure of an op that is no more
    const placed = call.inputs.map((given, at) => this.#place(given, entry.opCase, at));
    try {
      return this.#checked(call, entry, placed, number).map((wrong) => `${callText(call)}: ${wrong}`);
    } finally {
      for (const { tensor, isOwn } of placed) if (isOwn) tensor.dispose();
    }
  }

  #place(given: Given, opCase: OpCase, at: number): { tensor: AnyTensor; exact: Exact; isOwn: boolean } {
    const dtype = given.dtype ?? opCase.draws[at]?.dtype ?? "f32";
    const held =
      given.from === undefined ? undefined : this.#held.find(({ from }) => from.join() === given.from?.join());
    if (held?.dtype === dtype && held.shape.join() === given.shape.join()) {
      return { tensor: held.tensor, exact: { shape: held.shape, values: Array.from(held.values) }, isOwn: false };
    }
    return { ...place(given, dtype), isOwn: true };
  }

  #checked(
    call: Call,
    { opCase, name }: TableEntry,
    placed: readonly { readonly tensor: AnyTensor; readonly exact: Exact }[],
    number: number,
  ): string[] {
    const row = rowOf(opCase, call);
    const start = process.cpuUsage();
    let results: ByName<AnyTensor>;
    try {
      results = opCase.call(
        placed.map(({ tensor }) => tensor),
        row.attributes,
      );
    } catch (error) {
      this.tally.refused++;
      return [...slowSince(start), ...wrongWithError(error), ...changedInputs(placed)];
    }
    const took = slowSince(start);
    this.tally.computed.set(name, (this.tally.computed.get(name) ?? 0) + 1);
    const problems = [...took, ...malformed(results), ...changedInputs(placed)];
    const exact = placed.map((one) => one.exact);
    if (
      problems.length === 0 &&
      call.isDamaged !== true &&
      exact.reduce((sum, { values }) => sum + values.length, 0) <= MOST_COMPARED
    ) {
      problems.push(...different(opCase, exact, row, results));
    }
    for (const [result, tensor] of Object.values(results).entries()) {
      if (!Array.isArray(tensor.shape) || placed.some((one) => one.tensor === tensor)) continue;
      const values = data(tensor);
      const isTame = values.every((value) => Math.abs(value) < TAME);
      const from = [number, result] as const;
      this.#held.push({ from, tensor, shape: tensor.shape, dtype: tensor.dtype, values, isTame, by: callText(call) });
    }
    return problems;
  }

  /** Lets go of everything, the last results first or the first. @returns what is wrong by now, in words */
  end(lastFirst: boolean): string[] {
    const changed = this.#held.flatMap(({ tensor, values, by }) =>
      hasChanged(tensor, values) ? [`the result of ${by} was changed by a later call`] : [],
    );
    for (const { tensor } of lastFirst ? this.#held.toReversed() : this.#held) tensor.dispose();
    this.#held.length = 0;
    const after = memory();
    const names = ["tensors", "storages", "bytes", "packedBytes"] as const;
    const left = names.filter((name) => after[name] !== this.#before[name]);
    return [
      ...changed,
      ...left.map((name) => `${name}: ${this.#before[name]} before the program, ${after[name]} after it`),
    ];
  }
}

/** Where what cancels is divided by √ε, of 1e-5, if a row has no deviation. */
const TOLERANCES: Readonly<Record<string, number>> = { layerNormGradient: 2e-3, batchNormGradient: 2e-3 };

function rowOf(opCase: OpCase, call: Call): Pick<Row, "attributes" | "tolerance"> {
  const tolerance = opCase.rows.reduce((most, { tolerance: own = 0 }) => Math.max(most, own), TOLERANCES[call.op] ?? 0);
  return { attributes: attributesOf(opCase, call), tolerance };
}

function slowSince(start: NodeJS.CpuUsage): string[] {
  const took = processorTimeSince(start);
  return took > SLOW ? [`it took ${Math.round(took / 100) / 10} s`] : [];
}

/** An error must be one of ours, and not that the core has stopped. */
export function wrongWithError(error: unknown): string[] {
  if (!(error instanceof UnfoldError) && isOfCase(error)) return []; // it took its attributes apart
  if (!(error instanceof UnfoldError)) return [`a bare ${String(error).slice(0, 300)} ${placeOf(error)}`];
  return error instanceof RuntimeError ? [error.message] : [];
}

/** Whether a case threw, and not the library. */
function isOfCase(error: unknown): boolean {
  return (
    placeOf(error).includes("tooling/op-cases/src/cases/") || placeOf(error).includes("tooling/op-cases/src/reference/")
  );
}

function placeOf(error: unknown): string {
  const lines = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  const line = lines.find((one) => /\/(?:packages|tooling)\//.test(one));
  return line === undefined
    ? ""
    : `(${line
        .trim()
        .replace(/\(?(?:file:\/\/)?\/[^)]*\/(packages|tooling)\//, "$1/")
        .replace(/\)$/, "")})`;
}

function malformed(results: ByName<AnyTensor>): string[] {
  return Object.entries(results).flatMap(([name, tensor]) => {
    if (!Array.isArray(tensor.shape)) return [`${name} has ${String(tensor.shape)} for a shape`];
    const size = tensor.shape.reduce((product, length) => product * length, 1);
    const isShape = tensor.shape.every((length) => Number.isSafeInteger(length) && length >= 0);
    if (!isShape) return [`${name} has the shape [${tensor.shape.join(", ")}]`];
    return tensor.size === size ? [] : [`${name} of shape [${tensor.shape.join(", ")}] has ${tensor.size} elements`];
  });
}

function changedInputs(placed: readonly { readonly tensor: AnyTensor; readonly exact: Exact }[]): string[] {
  return placed.flatMap(({ tensor, exact }, at) =>
    hasChanged(tensor, exact.values) ? [`input ${at} was changed`] : [],
  );
}

function hasChanged(tensor: AnyTensor, values: ArrayLike<number>): boolean {
  const now = data(tensor);
  if (now.length !== values.length) return true;
  for (let at = 0; at < now.length; at++) if (!Object.is(now[at], values[at])) return true;
  return false;
}

function different(
  opCase: OpCase,
  inputs: readonly Exact[],
  { attributes, tolerance = 0 }: Pick<Row, "attributes" | "tolerance">,
  results: ByName<AnyTensor>,
): string[] {
  const wanted = opCase.reference(inputs, attributes);
  const [came, names] = [Object.keys(results).sort().join(), Object.keys(wanted).sort().join()];
  if (came !== names) return [`results ${came}, wanted ${names}`];
  // Where no row says what comes of an infinity, NaN or a limit may come of it.
  const isLenient =
    !knownTo(opCase).infinite && inputs.some(({ values }) => values.some((value) => Math.abs(value) === Infinity));
  const isNear = allowance(opCase, inputs, attributes, wanted, tolerance);
  return Object.entries(results).flatMap(([name, tensor]) => {
    const due = wanted[name] as Exact;
    if (tensor.shape.join() !== due.shape.join())
      return [`${name} has the shape [${tensor.shape.join(", ")}], wanted [${due.shape.join(", ")}]`];
    const [values, isFloat] = [data(tensor), tensor.dtype === "f32"];
    const wrong = due.values.flatMap((exact, at) => {
      const value = isFloat ? Math.fround(exact) : exact;
      const got = values[at] as number;
      if (got === value || (Number.isNaN(got) && Number.isNaN(value))) return [];
      if (!isFloat && Math.abs(value) >= 2 ** 31) return []; // beyond an i32: what comes then is for the cases to say
      if (isLenient && !(Number.isFinite(got) && Number.isFinite(value))) return [];
      if (isFloat && isNear(name, at, exact, got)) return [];
      return [`element ${at} of ${name} is ${got}, wanted ${value}`];
    });
    return wrong.length > SHOWN ? [...wrong.slice(0, SHOWN), `and ${wrong.length - SHOWN} more`] : wrong;
  });
}
