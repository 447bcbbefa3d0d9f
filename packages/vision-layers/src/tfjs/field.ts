import { describe, FormatError, nearest } from "@unfoldjs/tensor-core";

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a whole number from 0 up that a double holds exactly. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** A model within a model takes four steps: more than a hundred of them within one another are no model. */
const DEEPEST = 500;

/** A value in a JSON file and the way to it: what is read of it is what it must be, or a FormatError says where it is not. */
export class Field {
  readonly value: unknown;
  readonly #op: string;
  readonly #way: string;
  readonly #depth: number;

  /** @throws FormatError if it lies deeper than any model's description does, and than a reader's stack reaches */
  constructor(op: string, value: unknown, way: string, depth = 0) {
    this.#op = op;
    this.value = value;
    this.#way = way;
    this.#depth = depth;
    if (depth > DEEPEST) {
      const at = `${way.slice(0, 60)} …`;
      throw new FormatError(op, { at, depth }, `values are nested deeper than ${DEEPEST} times`);
    }
  }

  /** A field of a record, which must be there. */
  at(name: string): Field {
    const found = this.optional(name);
    if (found !== undefined) return found;
    const near = nearest(name, Object.keys(this.record()));
    throw new FormatError(
      this.#op,
      { at: this.#way, field: name },
      `there is no ${name}`,
      near === undefined ? undefined : `there is ${near}`,
    );
  }

  /** A field of a record; undefined if it is not there, or null. */
  optional(name: string): Field | undefined {
    const record = this.record();
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    return value === undefined || value === null ? undefined : this.#within(value, `.${name}`);
  }

  record(): Readonly<Record<string, unknown>> {
    if (isRecord(this.value)) return this.value;
    throw this.wrong("a record");
  }

  list(): readonly Field[] {
    if (!Array.isArray(this.value)) throw this.wrong("a list");
    return Array.from(this.value as unknown[], (each, at) => this.#within(each, `[${at}]`));
  }

  #within(value: unknown, step: string): Field {
    return new Field(this.#op, value, this.#way + step, this.#depth + 1);
  }

  text(): string {
    if (typeof this.value === "string") return this.value;
    throw this.wrong("a text");
  }

  number(): number {
    if (typeof this.value === "number" && Number.isFinite(this.value)) return this.value;
    throw this.wrong("a number");
  }

  count(): number {
    if (isCount(this.value)) return this.value;
    throw this.wrong("a whole number from 0 up");
  }

  truth(): boolean {
    if (typeof this.value === "boolean") return this.value;
    throw this.wrong("true or false");
  }

  /** One of a few words. */
  word<const Word extends string>(...words: readonly Word[]): Word {
    const found = words.find((word) => word === this.value);
    if (found !== undefined) return found;
    throw this.wrong(words.map((word) => `"${word}"`).join(" or "));
  }

  /** One number, or as many as there are axes. */
  perAxis(axes: number): number[] {
    if (!Array.isArray(this.value)) return Array.from({ length: axes }, () => this.count());
    const all = this.list().map((each) => each.count());
    if (all.length !== axes) throw this.wrong(`${axes} whole numbers`);
    return all;
  }

  wrong(expected: string): FormatError {
    return new FormatError(
      this.#op,
      { at: this.#way, came: describe(this.value) },
      `${this.#way} must be ${expected}`,
      "is this model.json of tfjs-layers?",
    );
  }

  /** What cannot be read, and why. */
  refused(rule: string, fix?: string): FormatError {
    return new FormatError(this.#op, { at: this.#way, came: describe(this.value) }, rule, fix);
  }
}
